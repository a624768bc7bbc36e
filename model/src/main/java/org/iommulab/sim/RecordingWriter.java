package org.iommulab.sim;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A recording as bytes that depend on nothing but the run, to compare runs with. Big endian: a mark and the form's
 * version; terms (words and operand kinds); objects' labels in order of their ids; for each event kind, lane, depth,
 * term's row, object, a, b and the number of its changes; the changes as (place, old xor new).
 */
final class RecordingWriter {
    private static final int MARK = 0x494c5231;

    private final Recording recording;
    private final EventLog log;
    private final Journal journal;
    private final Map<Term, Integer> rows = new LinkedHashMap<>();

    RecordingWriter(Recording recording, EventLog log, Journal journal) {
        this.recording = recording;
        this.log = log;
        this.journal = journal;
    }

    void writeTo(OutputStream target) throws IOException {
        collectTerms();
        var out = new DataOutputStream(new BufferedOutputStream(target, 1 << 16));
        out.writeInt(MARK);
        writeTerms(out);
        writeObjects(out);
        writeEvents(out);
        writeJournal(out);
        out.flush();
    }

    private void collectTerms() {
        for (int event = 0; event < log.size(); event++) {
            row(Term.numbered(log.term(event)));
            text(event).ifPresent(this::row);
        }
    }

    private int row(Term term) {
        return rows.computeIfAbsent(term, _ -> rows.size());
    }

    /** The term that the first operand of a warning or an oops stands for. */
    private Optional<Term> text(int event) {
        return switch (EventKind.of(log.kind(event))) {
            case WARN, OOPS -> Term.ofOperand(log.a(event));
            default -> Optional.empty();
        };
    }

    private void writeTerms(DataOutputStream out) throws IOException {
        out.writeInt(rows.size());
        for (Term term : rows.keySet()) {
            writeText(out, term.name());
            writeText(out, term.source());
            out.writeByte(term.a().ordinal());
            out.writeByte(term.b().ordinal());
            out.writeByte(term.result().ordinal());
        }
    }

    private void writeObjects(DataOutputStream out) throws IOException {
        Machine machine = recording.machine();
        out.writeInt(machine.objectCount());
        for (int id = 1; id <= machine.objectCount(); id++) {
            writeText(out, machine.object(id).label());
        }
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private void writeEvents(DataOutputStream out) throws IOException {
        out.writeInt(log.size());
        for (int event = 0; event < log.size(); event++) {
            out.writeByte(log.kind(event));
            out.writeByte(log.lane(event));
            out.writeShort(log.depth(event));
            out.writeShort(row(Term.numbered(log.term(event))));
            out.writeShort(log.object(event));
            out.writeLong(text(event).map(term -> row(term) + 1L).orElse(log.a(event)));
            out.writeLong(log.b(event));
            out.writeInt(log.changes(event));
        }
    }

    private void writeJournal(DataOutputStream out) throws IOException {
        out.writeInt(journal.size());
        for (int entry = 0; entry < journal.size(); entry++) {
            out.writeInt(journal.place(entry));
            out.writeLong(journal.delta(entry));
        }
    }
}
