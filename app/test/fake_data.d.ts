export function kinds_in(en: boolean): unknown[]
