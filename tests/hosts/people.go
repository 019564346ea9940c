package main

import (
	"database/sql"
	"fmt"

	"github.com/mattn/go-sqlite3"
)

func main() {
	sql.Register("scim", &sqlite3.SQLiteDriver{Extensions: []string{"build/scim"}})
	db, _ := sql.Open("scim", "people.db")
	db.Exec("SELECT scim_init()")
	db.Exec("INSERT INTO scim (method, target, body) VALUES ('POST', '/Users', ?)", `{"userName":"ann@example.com"}`)
	var there int
	db.QueryRow("SELECT id IS NOT NULL FROM scim_user WHERE user_name = ?", "ann@example.com").Scan(&there)
	fmt.Println(there)
}
