package store

// Rows are rows.
type Rows struct{ all [][]string }

// Fits says whether a store has room for the rows.
func (r Rows) Fits(s *Store[int]) bool { return r.count() < Max-s.size() }

func (r Rows) count() int {
	most := func(Max int) int { return Max }
	return most(len(r.all))
}
