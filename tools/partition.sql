-- Divide the tables of a book's database among eight partitions each, by the hash of the book:
--
--     psql -f tools/partition.sql "postgresql://..."
--
-- One transaction, nobody else connected. What is divided already is left alone, so it may run
-- again after an update that brought new tables. The table "book" has one row a book and stays.
-- Keys and indexes are made again under their names, rows are copied.
DO $$
DECLARE
	parts CONSTANT integer := 8;
	whole record;
	primary_key text;
	definition text;
	definitions text[];
BEGIN
	FOR whole IN
		SELECT c.oid, c.relname FROM pg_class c
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
		AND NOT c.relispartition AND c.relname <> 'book'
		AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'book')
		ORDER BY c.relname
	LOOP
		SELECT pg_get_constraintdef(oid) INTO primary_key FROM pg_constraint
			WHERE conrelid = whole.oid AND contype = 'p';
		SELECT array_agg(pg_get_indexdef(indexrelid)) INTO definitions FROM pg_index
			WHERE indrelid = whole.oid AND NOT indisprimary;
		EXECUTE format('ALTER TABLE %I RENAME TO %I', whole.relname, whole.relname || '_whole');
		EXECUTE format('CREATE TABLE %I (LIKE %I) PARTITION BY HASH (book)',
			whole.relname, whole.relname || '_whole');
		FOR part IN 0 .. parts - 1 LOOP
			EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS %s, REMAINDER %s)',
				whole.relname || '_p' || part, whole.relname, parts, part);
		END LOOP;
		EXECUTE format('INSERT INTO %I SELECT * FROM %I', whole.relname, whole.relname || '_whole');
		EXECUTE format('DROP TABLE %I', whole.relname || '_whole');
		EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I %s', whole.relname,
			whole.relname || '_pkey', primary_key);
		FOREACH definition IN ARRAY coalesce(definitions, ARRAY[]::text[]) LOOP
			EXECUTE replace(definition, ' ON ONLY ', ' ON ');
		END LOOP;
	END LOOP;
END $$;
