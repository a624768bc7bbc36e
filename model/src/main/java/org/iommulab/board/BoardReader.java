package org.iommulab.board;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.iommulab.json.BadInput;
import org.iommulab.json.JsonFile;
import org.iommulab.json.JsonValue;
import org.iommulab.json.Problems;
import org.iommulab.json.RecordReader;

/** Reads board files. */
public final class BoardReader {
    private BoardReader() {}

    /** @throws BadInput with everything that is wrong with it */
    public static Board read(Path file) {
        var problems = new Problems(file.toString());
        Optional<Board> board = JsonFile.read(file, problems).flatMap(json -> board(json, problems));
        problems.throwIfAny();
        return board.orElseThrow();
    }

    /**
     * @param name what to call it in messages
     * @throws BadInput with everything that is wrong with it
     */
    public static Board parse(String name, byte[] text) {
        var problems = new Problems(name);
        Optional<Board> board = JsonFile.parse(text, problems).flatMap(json -> board(json, problems));
        problems.throwIfAny();
        return board.orElseThrow();
    }

    private static Optional<Board> board(JsonValue json, Problems problems) {
        Optional<Board> board = new RecordReader(problems, Map.of()).document(Board.class, json);
        board.ifPresent(read -> new BoardCheck(read, problems).check());
        return board;
    }
}
