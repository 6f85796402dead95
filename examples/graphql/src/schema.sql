CREATE TABLE IF NOT EXISTS houses (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    founder TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS students (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    house_id INTEGER NOT NULL REFERENCES houses (id),
    year INTEGER NOT NULL
);
INSERT INTO houses (id, name, founder)
SELECT column1, column2, column3 FROM (VALUES
    (1, 'gryffindor', 'Godric Gryffindor'),
    (2, 'hufflepuff', 'Helga Hufflepuff'),
    (3, 'ravenclaw', 'Rowena Ravenclaw'),
    (4, 'slytherin', 'Salazar Slytherin')
) WHERE NOT EXISTS (SELECT 1 FROM houses);
INSERT INTO students (name, house_id, year)
SELECT column1, column2, column3 FROM (VALUES
    ('Harry Potter', 1, 1991),
    ('Hermione Granger', 1, 1991),
    ('Hannah Abbott', 2, 1991),
    ('Luna Lovegood', 3, 1992),
    ('Draco Malfoy', 4, 1991)
) WHERE NOT EXISTS (SELECT 1 FROM students);
