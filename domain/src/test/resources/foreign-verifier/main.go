// Checks what a site's audit trees gave out, with other people's code: notes with sumdb/note,
// countersignatures with transparency-dev/formats, proofs with transparency-dev/merkle, and tiles
// with sumdb/tlog. Reads one JSON object a line and answers each with "accepted" or why not.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/transparency-dev/formats/log"
	cosignature "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A question; which fields matter follows from Kind. JSON has bytes in base64.
type question struct {
	Kind string

	// note: a checkpoint that the operator and all witnesses are to have signed
	Note      []byte
	Operator  string
	Witnesses []string
	Times     []int64

	// inclusion: Entry at Index of a tree; consistency: of a tree with one of before
	Entry      []byte
	Index      uint64
	Size       uint64
	Root       []byte
	Proof      [][]byte
	FormerSize uint64
	FormerRoot []byte

	// tree: tiles and entries in a folder
	Folder string
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var q question
		err := json.Unmarshal(lines.Bytes(), &q)
		if err != nil {
			fmt.Fprintln(os.Stderr, "not a question:", err)
			os.Exit(2)
		}
		if err := answer(q); err != nil {
			fmt.Printf("refused: %s\n", strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println("accepted")
		}
	}
	if lines.Err() != nil {
		fmt.Fprintln(os.Stderr, lines.Err())
		os.Exit(2)
	}
}

func answer(q question) error {
	switch q.Kind {
	case "note":
		return checkNote(q)
	case "inclusion":
		leaf := rfc6962.DefaultHasher.HashLeaf(q.Entry)
		return proof.VerifyInclusion(rfc6962.DefaultHasher, q.Index, q.Size, leaf, q.Proof, q.Root)
	case "consistency":
		return proof.VerifyConsistency(
			rfc6962.DefaultHasher, q.FormerSize, q.Size, q.Proof, q.FormerRoot, q.Root)
	case "tree":
		return checkTree(q)
	}
	return errors.New("unknown kind " + q.Kind)
}

func checkNote(q question) error {
	operator, err := note.NewVerifier(q.Operator)
	if err != nil {
		return err
	}
	known := []note.Verifier{operator}
	for _, key := range q.Witnesses {
		witness, err := cosignature.NewVerifierForCosignatureV1(key)
		if err != nil {
			return err
		}
		// That function makes a key's hash anew and does not look at the one that is given.
		if !strings.HasPrefix(key, fmt.Sprintf("%s+%08x+", witness.Name(), witness.KeyHash())) {
			return errors.New("witness key with a wrong hash")
		}
		known = append(known, witness)
	}
	checkpoint, rest, opened, err := log.ParseCheckpoint(q.Note, operator.Name(), operator, known[1:]...)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return errors.New("a checkpoint with extension lines")
	}
	if len(opened.Sigs) != len(known) {
		return fmt.Errorf("%d signatures of %d", len(opened.Sigs), len(known))
	}
	if checkpoint.Size != q.Size || !bytes.Equal(checkpoint.Hash, q.Root) {
		return errors.New("not the size and root that were asked for")
	}
	for i, signature := range opened.Sigs[1:] {
		at, err := cosignature.CoSigV1Timestamp(signature)
		if err != nil {
			return err
		}
		if at.Unix() != q.Times[i] {
			return fmt.Errorf("countersigned at %d", at.Unix())
		}
	}
	return nil
}

// Reads every leaf of a tree through its tiles, which tlog checks against the root, and every entry
// against its leaf.
func checkTree(q question) error {
	tree := tlog.Tree{N: int64(q.Size), Hash: tlog.Hash(q.Root)}
	hashes := tlog.TileHashReader(tree, tiles(q.Folder))
	var indexes []int64
	for i := int64(0); i < tree.N; i++ {
		indexes = append(indexes, tlog.StoredHashIndex(0, i))
	}
	leaves, err := hashes.ReadHashes(indexes)
	if err != nil {
		return err
	}
	for first := int64(0); first < tree.N; first += 256 {
		width := min(256, tree.N-first)
		tile := tlog.Tile{H: 8, L: 0, N: first / 256, W: int(width)}
		path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		bundle, err := os.ReadFile(filepath.Join(q.Folder, path))
		if err != nil {
			return err
		}
		for i := first; i < first+width; i++ {
			if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
				return errors.New(path + ": cut short")
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			if tlog.RecordHash(bundle[2:end]) != leaves[i] {
				return fmt.Errorf("%s: not the entry of leaf %d", path, i)
			}
			bundle = bundle[end:]
		}
		if len(bundle) > 0 {
			return errors.New(path + ": goes on")
		}
	}
	return nil
}

// Tiles of height 8 in a folder, by the names that C2SP gives them.
type tiles string

func (folder tiles) Height() int { return 8 }

func (folder tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		content, err := os.ReadFile(filepath.Join(string(folder), path))
		if err != nil {
			return nil, err
		}
		read = append(read, content)
	}
	return read, nil
}

func (folder tiles) SaveTiles([]tlog.Tile, [][]byte) {}
