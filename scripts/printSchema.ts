// Prints the schema as the code has it; `npm run schema` writes it to schema.graphql.
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from '../src/api/schema.ts';

process.stdout.write(`${printSchema(lexicographicSortSchema(schema))}\n`);
