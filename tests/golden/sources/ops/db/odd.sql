create type mood as enum ('ok', 'bad');
CREATE TABLE "Odd Table" ("a b" int, c int references cart(id));
CREATE TRIGGER noted AFTER INSERT ON cart BEGIN SELECT 1; END;
INSERT INTO cart VALUES (1, 'CREATE TABLE no (x int);', 2);
CREATE PROCEDURE tidy() LANGUAGE sql AS 'DELETE FROM cart';
ALTER TABLE cart ADD COLUMN note TEXT;
