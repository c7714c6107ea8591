-- SQL for SQLite. If a query differs between versions of the file format, its name ends with the version.

-- name: columns
-- The columns of all tables.
SELECT t.name, c.name
FROM sqlite_master t JOIN pragma_table_info(t.name) c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!'
ORDER BY t.rowid;

-- name: settings
SELECT Property, Value FROM SETTINGS;

-- name: count_rows
-- The number of rows of a table; any table of the file may be counted, so its name is substituted.
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

-- name: entity_attributes_2
-- The attributes of entities other than their values, one row each.
SELECT VariableId, Value, 'Type' AS attribute, Type AS said FROM ATTRIBUTES WHERE trim(Type) <> ''
UNION ALL
SELECT VariableId, Value, 'Alias', Alias FROM ATTRIBUTES WHERE trim(Alias) <> ''
UNION ALL
SELECT VariableId, Value, 'Notes', Notes FROM ATTRIBUTES WHERE trim(Notes) <> '';

-- name: entity_attributes_3
SELECT e.VariableId, e.Value, a.AttributeVariable, v.AttributeValue
FROM ATTRIBUTEVALUES v
JOIN ENTITIES e ON e.ID = v.EntityId
JOIN ATTRIBUTEVARIABLES a ON a.ID = v.AttributeVariableId
WHERE trim(v.AttributeValue) <> ''
ORDER BY e.ID, a.ID;

-- name: entity_colours_2
-- Entities that are not black, the default colour.
SELECT VariableId, Value, printf('#%02x%02x%02x', Red, Green, Blue) FROM ATTRIBUTES WHERE Red + Green + Blue > 0;

-- name: entity_colours_3
SELECT VariableId, Value, printf('#%02x%02x%02x', Red, Green, Blue)
FROM ENTITIES WHERE Red + Green + Blue > 0
ORDER BY ID;

-- name: entity_parents_2
-- A parent is named by its key or by its value.
SELECT a.VariableId, a.Value, coalesce(p.Value, a.ChildOf)
FROM ATTRIBUTES a LEFT JOIN ATTRIBUTES p
    ON p.VariableId = a.VariableId AND CAST(p.rowid AS text) = CAST(a.ChildOf AS text)
WHERE trim(a.ChildOf) <> '' AND coalesce(p.Value, a.ChildOf) <> a.Value
ORDER BY 1, 2;

-- name: entity_parents_3
SELECT e.VariableId, e.Value, p.Value
FROM ENTITIES e JOIN ENTITIES p ON p.ID = e.ChildOf
WHERE p.VariableId = e.VariableId AND p.ID <> e.ID
ORDER BY e.ID;

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

-- name: value_counts_2
-- How often the given variables have each value.
SELECT v.Value, count(*)
FROM (
    SELECT VariableId, Value FROM DATASHORTTEXT
    UNION ALL
    SELECT VariableId, Value FROM DATALONGTEXT
    UNION ALL
    SELECT VariableId, Value FROM DATABOOLEAN
    UNION ALL
    SELECT VariableId, Value FROM DATAINTEGER
) v
WHERE instr(:variables, ',' || v.VariableId || ',') > 0
GROUP BY 1
ORDER BY 1;

-- name: value_counts_3
SELECT v.Value, count(*)
FROM (
    SELECT d.VariableId, e.Value FROM DATASHORTTEXT d JOIN ENTITIES e ON e.ID = d.Entity
    UNION ALL
    SELECT VariableId, Value FROM DATALONGTEXT
    UNION ALL
    SELECT VariableId, Value FROM DATABOOLEAN
    UNION ALL
    SELECT VariableId, Value FROM DATAINTEGER
) v
WHERE instr(:variables, ',' || v.VariableId || ',') > 0
GROUP BY 1
ORDER BY 1;

-- name: coders_of_types
-- The coders of statements of the given types.
SELECT Coder, count(*) FROM STATEMENTS WHERE instr(:types, ',' || StatementTypeId || ',') > 0 GROUP BY 1 ORDER BY 1;

-- name: document_words
SELECT 'type of a document', count(*) FROM DOCUMENTS WHERE trim(Type) <> ''
UNION ALL
SELECT 'note of a document', count(*) FROM DOCUMENTS WHERE trim(Notes) <> '';

-- name: marked_2
-- The statements of the given types, one row per value of the given variables; each parameter is a list such as ,1,2,
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
