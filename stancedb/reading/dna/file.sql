-- In the SQL of SQLite; a statement that differs between the versions of a file has their number in its name.

-- name: columns
-- The columns of all tables.
SELECT t.name, c.name
FROM sqlite_master t JOIN pragma_table_info(t.name) c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!'
ORDER BY t.rowid;

-- name: settings
SELECT Property, Value FROM SETTINGS;

-- name: count_rows
-- How many rows a table has; it may be one of somebody else's, so its name is put in.
SELECT count(*) FROM {table};

-- name: variables
SELECT ID, Variable, DataType, StatementTypeId FROM VARIABLES ORDER BY ID;

-- name: statement_types
SELECT ID, Label FROM STATEMENTTYPES ORDER BY ID;

-- name: coders
SELECT ID, Name FROM CODERS ORDER BY ID;

-- name: documents
SELECT ID, Title, Text, Author, Source, Section, Notes, Type, Date FROM DOCUMENTS ORDER BY ID;

-- name: entities_2
-- A value may be used without a row of its own.
SELECT VariableId, Value FROM ATTRIBUTES
UNION
SELECT VariableId, Value FROM DATASHORTTEXT
ORDER BY 1, 2;

-- name: entities_3
SELECT VariableId, Value FROM ENTITIES ORDER BY ID;

-- name: entity_counts_2
SELECT e.VariableId, count(*)
FROM (SELECT VariableId, Value FROM ATTRIBUTES UNION SELECT VariableId, Value FROM DATASHORTTEXT) e
GROUP BY 1;

-- name: entity_counts_3
SELECT VariableId, count(*) FROM ENTITIES GROUP BY 1;

-- name: entity_extras_2
-- How much the file says of its entities besides their values.
SELECT 'colour of an entity', count(*) FROM ATTRIBUTES WHERE Red + Green + Blue > 0
UNION ALL
SELECT 'attribute Type', count(*) FROM ATTRIBUTES WHERE trim(Type) <> ''
UNION ALL
SELECT 'attribute Alias', count(*) FROM ATTRIBUTES WHERE trim(Alias) <> ''
UNION ALL
SELECT 'attribute Notes', count(*) FROM ATTRIBUTES WHERE trim(Notes) <> ''
UNION ALL
SELECT 'attribute ChildOf', count(*) FROM ATTRIBUTES WHERE trim(ChildOf) <> '';

-- name: entity_extras_3
-- How much the file says of its entities besides their values.
SELECT 'colour of an entity', count(*) FROM ENTITIES WHERE Red + Green + Blue > 0
UNION ALL
SELECT x.kind, x.entities FROM (
    SELECT 'attribute ' || a.AttributeVariable AS kind, count(*) AS entities
    FROM ATTRIBUTEVALUES v JOIN ATTRIBUTEVARIABLES a ON a.ID = v.AttributeVariableId
    WHERE trim(v.AttributeValue) <> ''
    GROUP BY 1
) x
UNION ALL
SELECT 'parent of an entity', count(*) FROM ENTITIES WHERE ChildOf IS NOT NULL;

-- name: statements_by_type
SELECT StatementTypeId, count(*) FROM STATEMENTS GROUP BY 1;

-- name: values_by_variable
SELECT v.VariableId, count(*)
FROM (
    SELECT VariableId FROM DATASHORTTEXT
    UNION ALL
    SELECT VariableId FROM DATALONGTEXT
    UNION ALL
    SELECT VariableId FROM DATABOOLEAN
    UNION ALL
    SELECT VariableId FROM DATAINTEGER
) v
GROUP BY 1;

-- name: document_words
SELECT 'type of a document', count(*) FROM DOCUMENTS WHERE trim(Type) <> ''
UNION ALL
SELECT 'note of a document', count(*) FROM DOCUMENTS WHERE trim(Notes) <> '';

-- name: marked_2
-- The statements of some types, a row for each value of some variables; each parameter is a list such as ,1,2,
SELECT s.ID, s.DocumentId, s.Start, s.Stop, s.Coder, v.VariableId, v.Value
FROM STATEMENTS s LEFT JOIN (
    SELECT 1 AS place, StatementId, VariableId, Value FROM DATASHORTTEXT
    WHERE instr(:short_texts, ',' || VariableId || ',') > 0
    UNION ALL
    SELECT 2, StatementId, VariableId, Value FROM DATALONGTEXT
    WHERE instr(:long_texts, ',' || VariableId || ',') > 0
    UNION ALL
    SELECT 3, StatementId, VariableId, Value FROM DATABOOLEAN
    WHERE instr(:booleans, ',' || VariableId || ',') > 0
    UNION ALL
    SELECT 4, StatementId, VariableId, Value FROM DATAINTEGER
    WHERE instr(:integers, ',' || VariableId || ',') > 0
) v ON v.StatementId = s.ID
WHERE instr(:types, ',' || s.StatementTypeId || ',') > 0
ORDER BY s.DocumentId, s.Start, s.Stop, s.ID, v.place;

-- name: marked_3
-- As marked_2, but a short text is one of the entities.
SELECT s.ID, s.DocumentId, s.Start, s.Stop, s.Coder, v.VariableId, v.Value
FROM STATEMENTS s LEFT JOIN (
    SELECT 1 AS place, d.StatementId, d.VariableId, e.Value FROM DATASHORTTEXT d JOIN ENTITIES e ON e.ID = d.Entity
    WHERE instr(:short_texts, ',' || d.VariableId || ',') > 0
    UNION ALL
    SELECT 2, StatementId, VariableId, Value FROM DATALONGTEXT
    WHERE instr(:long_texts, ',' || VariableId || ',') > 0
    UNION ALL
    SELECT 3, StatementId, VariableId, Value FROM DATABOOLEAN
    WHERE instr(:booleans, ',' || VariableId || ',') > 0
    UNION ALL
    SELECT 4, StatementId, VariableId, Value FROM DATAINTEGER
    WHERE instr(:integers, ',' || VariableId || ',') > 0
) v ON v.StatementId = s.ID
WHERE instr(:types, ',' || s.StatementTypeId || ',') > 0
ORDER BY s.DocumentId, s.Start, s.Stop, s.ID, v.place;
