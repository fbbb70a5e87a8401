-- Tables of the shop.
CREATE TABLE IF NOT EXISTS cart (
  id BIGINT PRIMARY KEY,
  owner TEXT NOT NULL DEFAULT 'CREATE TABLE ghost (id INT)',
  total NUMERIC(10, 2) CHECK (total >= 0), -- in euros
  CONSTRAINT owned UNIQUE (owner)
);

/* Open carts.
   CREATE VIEW ghost2 AS SELECT 1; */
CREATE OR REPLACE VIEW open_cart AS
  SELECT * FROM cart WHERE total > 0;

CREATE INDEX cart_owner ON cart (owner);

CREATE FUNCTION sum_of(cart_id BIGINT) RETURNS NUMERIC AS $$
BEGIN
  CREATE TEMP TABLE ghost3 (x INT);
  RETURN 1;
END;
$$ LANGUAGE plpgsql;
