package org.iommulab.backend.dart;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** {@code struct apple_dart_stream_map}: streams of one DART, a bit for each. */
final class DartStreamMap extends SimObject {
    /** MAX_DARTS_PER_DEVICE. */
    static final int MOST_DARTS = 2;

    private static final int WORDS = 4;
    private static final Term DART = Term.reference("stream_map.dart");
    private static final Term SIDMAP = Term.of("stream_map.sidmap", "", Operand.HEX, Operand.HEX, Operand.NONE);

    private final SimObject owner;
    private final RefCell<DartDevice> dart;
    private final List<LongCell> words;

    DartStreamMap(SimObject owner) {
        super(owner.machine());
        this.owner = owner;
        this.dart = new RefCell<>(this, Lane.DRIVER, DART, DartDevice.class);
        var cells = new ArrayList<LongCell>();
        for (int i = 0; i < WORDS; i++) {
            cells.add(new LongCell(this, Lane.DRIVER, SIDMAP));
        }
        this.words = List.copyOf(cells);
    }

    /** The stream_maps of an object. */
    static List<DartStreamMap> of(SimObject owner) {
        return List.of(new DartStreamMap(owner), new DartStreamMap(owner));
    }

    @Override
    public String label() {
        return owner.label() + " streams";
    }

    RefCell<DartDevice> dart() {
        return dart;
    }

    /** Sets a bit. A number that no DART has would be a bit behind the map; it is not kept here. */
    void add(int stream) {
        if (stream >= 0 && stream < WORDS * Long.SIZE) {
            LongCell word = words.get(stream / Long.SIZE);
            word.set(word.get() | 1L << stream % Long.SIZE);
        }
    }

    void addAll(DartStreamMap other) {
        for (int i = 0; i < WORDS; i++) {
            words.get(i).set(words.get(i).get() | other.words.get(i).get());
        }
    }

    void removeAll(DartStreamMap other) {
        for (int i = 0; i < WORDS; i++) {
            words.get(i).set(words.get(i).get() & ~other.words.get(i).get());
        }
    }

    /** The DART and the streams of another map. */
    void copy(DartStreamMap other) {
        dart.set(other.dart.get());
        for (int i = 0; i < WORDS; i++) {
            words.get(i).set(other.words.get(i).get());
        }
    }

    /** The streams that the DART has, lowest first. */
    List<Integer> streams() {
        var streams = new ArrayList<Integer>();
        for (int stream = 0; stream < dart.require().streams(); stream++) {
            if ((words.get(stream / Long.SIZE).get() >>> stream % Long.SIZE & 1) != 0) {
                streams.add(stream);
            }
        }
        return streams;
    }
}
