// Tables of the read models: a TypeORM entity for the schema, and what the row port needs to know of it.
import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';

export type TableShape = {
  /** Qualified and quoted. */
  sqlName: string;
  columns: readonly string[];
  /** How the values of each column are written where they are written as text. */
  encodings: readonly ('plain' | 'json' | 'array')[];
  keys: readonly string[];
};
export type Table<Row extends object> = TableShape & { entity: EntitySchema<Row> };

export const readSchema = 'read';

/** Declares a table of the schema `read`. Columns bear the names of the row's properties. */
export const table = <Row extends object>(
  name: string,
  columns: { [Property in keyof Row]: EntitySchemaColumnOptions },
  indices: { name: string; columns: (keyof Row & string)[]; unique?: boolean; where?: string }[] = [],
): Table<Row> => {
  const names = Object.keys(columns) as (keyof Row & string)[];
  return {
    entity: new EntitySchema<Row>({
      name,
      tableName: name,
      schema: readSchema,
      columns,
      indices: indices.map((index) => ({ unique: false, ...index })),
    }),
    sqlName: `${readSchema}."${name}"`,
    columns: names,
    encodings: names.map((property) => {
      const { type, array } = columns[property];
      return type === 'jsonb' ? 'json' : array === true ? 'array' : 'plain';
    }),
    keys: names.filter((property) => columns[property].primary === true),
  };
};
