/*
 * Norm packs: policy that arrives as a file.
 *
 * A pack is one or more documents (文件), each carrying tables (附表) of norms. What we ship
 * and what engineers write is YAML:
 *
 *     pack: telecom
 *     needs: [calendar]             packs that are issued first
 *     documents:
 *       - title: 政企客户分级标准
 *         number: ...               optional, as are issuer and text
 *         effective: 2024-01-01
 *         norms:
 *           - norm: tier.thresholds
 *             source: ...
 *             mark: D               V verified, S second hand, M from memory, D our default
 *             columns: [dimension, tier, from]
 *             rows:
 *               - [revenue, diamond, 10万元]
 *
 * An office issues its own as a workbook: the first sheet, 文件, has a label and a value in
 * each row (文号, 标题, 发文单位, 生效日期, 正文 …); every further sheet is a norm's table, named
 * by the norm or its label, with the columns' labels as headings.
 *
 * Packs become document.issued and norm.issued entries. Their ids follow from what they say,
 * so issuing a pack twice changes nothing.
 */
#ifndef DERIVE_PACK_H
#define DERIVE_PACK_H

#include "ledger/ledger.h"

enum { PACK_BYTES = 4 * 1024 * 1024 };

/* Issue the pack called `name_or_path` (a name: one we ship; with a dot or slash: a file), all
 * of it or nothing, in a batch of its own. `issued` counts the norms that were new. Errors
 * name file:line:column or sheet!cell. */
enum result pack_issue(struct ledger *ledger, const struct session *session,
	const char *name_or_path, int *issued, struct error *error);

#endif
