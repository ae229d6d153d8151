// Generates go-sumdb.json: roots, proofs, tiles and signed notes of a log whose leaves are "leaf-<i>".
//
// Run with: go mod init generate && go get golang.org/x/mod@v0.43.0 && go run generate.go
package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// The public test key of Go's own note tests.
const key = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
const vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = h[x]
	}
	return out, nil
}

type head struct {
	Size int64  `json:"size"`
	Root string `json:"root"`
	Note string `json:"note"`
}

type proof struct {
	From  int64    `json:"from"`
	Size  int64    `json:"size"`
	Proof []string `json:"proof"`
}

type tile struct {
	Path   string `json:"path"`
	Sha256 string `json:"sha256"`
}

func main() {
	sizes := []int64{1, 2, 3, 7, 8, 255, 256, 257, 513, 65535, 65536, 65537, 70000}
	last := sizes[len(sizes)-1]
	var stored hashes
	for i := int64(0); i < last; i++ {
		more, err := tlog.StoredHashes(i, []byte(fmt.Sprintf("leaf-%d", i)), stored)
		check(err)
		stored = append(stored, more...)
	}
	signer, err := note.NewSigner(key)
	check(err)

	var heads []head
	inclusion, consistency := []proof{}, []proof{}
	for _, size := range sizes {
		root, err := tlog.TreeHash(size, stored)
		check(err)
		text := fmt.Sprintf("PeterNeumann\n%d\n%s\n", size, root)
		signed, err := note.Sign(&note.Note{Text: text}, signer)
		check(err)
		heads = append(heads, head{size, root.String(), string(signed)})
		for _, index := range []int64{0, 1, size / 2, size - 2, size - 1} {
			if index < 0 || index >= size {
				continue
			}
			path, err := tlog.ProveRecord(size, index, stored)
			check(err)
			inclusion = append(inclusion, proof{index, size, text64(path)})
		}
		for _, from := range sizes {
			if from > size {
				break
			}
			path, err := tlog.ProveTree(size, from, stored)
			check(err)
			consistency = append(consistency, proof{from, size, text64(path)})
		}
	}

	var tiles []tile
	for _, t := range []tlog.Tile{
		{H: 8, L: 0, N: 0, W: 1}, {H: 8, L: 0, N: 0, W: 255}, {H: 8, L: 0, N: 0, W: 256}, {H: 8, L: 0, N: 255, W: 256},
		{H: 8, L: 0, N: 273, W: 112}, {H: 8, L: 1, N: 0, W: 1}, {H: 8, L: 1, N: 0, W: 255}, {H: 8, L: 1, N: 0, W: 256},
		{H: 8, L: 1, N: 1, W: 17}, {H: 8, L: 2, N: 0, W: 1},
	} {
		data, err := tlog.ReadTileData(t, stored)
		check(err)
		// Go's paths name the height first; tlog-tiles fixes it at 8 and leaves it out.
		tiles = append(tiles, tile{"tile" + t.Path()[len("tile/8"):], fmt.Sprintf("%x", sha256.Sum256(data))})
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	check(encoder.Encode(map[string]any{"vkey": vkey, "heads": heads, "inclusion": inclusion, "consistency": consistency, "tiles": tiles}))
}

func text64(path []tlog.Hash) []string {
	out := []string{}
	for _, hash := range path {
		out = append(out, hash.String())
	}
	return out
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
