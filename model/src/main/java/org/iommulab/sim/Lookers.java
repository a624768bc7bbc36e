package org.iommulab.sim;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Who has looked at which cell and at which word of a store: for those who ask the same questions of every state of a
 * recording, and need not ask again before something that an answer came from has changed. What a looker has once looked
 * at stays its own: a change of it may be told in vain, never missed.
 */
public final class Lookers {
    /** So many can be told apart. */
    public static final int MOST = Integer.SIZE;

    private final Machine machine;
    private final Recording recording;
    private final int everyWord;

    /** By cell: a bit for each who looked. */
    private int[] cells = new int[256];

    /** By place of a store's word: the same. */
    private final Map<Integer, Integer> words = new HashMap<>();

    private int looking;

    /** The changes of steps up to here were told. */
    private int told;

    private int toldEntries;

    /** @param everyWord a bit for each who looks at words by ways that are not noted: all of them are its own */
    public Lookers(Recording recording, int everyWord) {
        this.recording = recording;
        this.machine = recording.machine();
        this.everyWord = everyWord;
    }

    /** Has somebody look at the machine, as it is shown now. */
    public <T> T look(int looker, Supplier<T> question) {
        looking = 1 << Objects.checkIndex(looker, MOST);
        machine.noteLooks(this);
        try {
            return question.get();
        } finally {
            machine.noteLooks(null);
        }
    }

    void atCell(int cell) {
        if (cell >= cells.length) {
            cells = Arrays.copyOf(cells, Math.max(cell + 1, 2 * cells.length));
        }
        cells[cell] |= looking;
    }

    void atWord(int place) {
        words.merge(place, looking, (before, more) -> before | more);
    }

    /**
     * A bit for each who has looked at something that changes with this step, and must look again. Fast when it is asked
     * of one step after the other.
     */
    public int concerned(int step) {
        if (step != told + 1) {
            toldEntries = recording.journalAt(step - 1);
        }
        int end = step == recording.length() ? recording.changes() : toldEntries + recording.changesAt(step);
        int concerned = 0;
        Journal journal = recording.journal();
        for (int entry = toldEntries; entry < end; entry++) {
            concerned |= lookersOf(journal.place(entry));
        }
        told = step;
        toldEntries = end;
        return concerned;
    }

    private int lookersOf(int place) {
        if (Place.isCell(place)) {
            int cell = Place.cell(place);
            return cell < cells.length ? cells[cell] : 0;
        }
        // a run of words: whoever looked at any word
        return Place.isRun(place) ? -1 : everyWord | words.getOrDefault(place, 0);
    }
}
