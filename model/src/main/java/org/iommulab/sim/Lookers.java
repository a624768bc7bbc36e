package org.iommulab.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who has looked at which cell and at which word of a store: for those who ask the same questions of every state of a
 * recording, and need not ask again before something that an answer came from has changed. What a looker has once looked
 * at stays its own: a change of it may be told in vain, never missed.
 */
public final class Lookers {
    /** So many can be told apart. */
    public static final int MOST = 16;

    private static final int MOST_ANSWERS = Long.SIZE - MOST;
    private static final long QUESTIONERS = (1L << MOST) - 1;
    private static final Answer NOTHING = new Answer(0);

    private final Machine machine;
    private final Recording recording;
    private final int everyWord;
    private final boolean remembering;

    /** By cell: a bit for each who looked; above {@link #MOST}, for each answer that came from it. */
    private long[] cells = new long[256];

    /** By place of a store's word: the same. */
    private final WordMarks words;

    private final Map<Object, Answer> known = new HashMap<>();
    private final List<Answer> answers = new ArrayList<>();
    private long looking;

    /** What somebody found out on the way, for all who want to know it before something that it came from changes. */
    private static final class Answer {
        private final long bit;
        private long users;
        private @Nullable Object value;

        Answer(long bit) {
            this.bit = bit;
        }

        Answer copy() {
            var copy = new Answer(bit);
            copy.users = users;
            copy.value = value;
            return copy;
        }
    }

    /** The changes of steps up to here were told. */
    private int told;

    private int toldEntries;

    /**
     * @param everyWord a bit for each who looks at words by ways that are not noted: all of them are its own
     * @param remembering whether {@link Machine#remembered} is, by who asks {@link #concerned} of every step
     */
    public Lookers(Recording recording, int everyWord, boolean remembering) {
        this.recording = recording;
        this.machine = recording.machine();
        this.everyWord = everyWord;
        this.remembering = remembering;
        this.words = new WordMarks();
    }

    private Lookers(Lookers other) {
        recording = other.recording;
        machine = other.machine;
        everyWord = other.everyWord;
        remembering = other.remembering;
        cells = other.cells.clone();
        words = other.words.copy();
        for (var named : other.known.entrySet()) {
            known.put(named.getKey(), named.getValue().copy());
        }
        other.answers.forEach(_ -> answers.add(NOTHING));
        known.values().forEach(answer -> answers.set(Long.numberOfTrailingZeros(answer.bit) - MOST, answer));
        told = other.told;
        toldEntries = other.toldEntries;
    }

    /** The same knowledge, for those who go on from here in another way. */
    public Lookers copy() {
        return new Lookers(this);
    }

    /** Has somebody look at the machine, as it is shown now. */
    public <T> T look(int looker, Supplier<T> question) {
        looking = 1L << Objects.checkIndex(looker, MOST);
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
        words.add(place, looking);
    }

    @SuppressWarnings("unchecked") // whoever has the key has the question
    <T> T remembered(Object key, Supplier<T> question) {
        Answer answer = known.get(key);
        if (answer == null) {
            if (!remembering || answers.size() == MOST_ANSWERS) {
                return question.get();
            }
            answer = new Answer(1L << MOST + answers.size());
            answers.add(answer);
            known.put(key, answer);
        }
        answer.users |= looking;
        if (answer.value == null) {
            long outer = looking;
            looking = answer.bit;
            try {
                answer.value = question.get();
            } finally {
                looking = outer;
            }
        }
        return (T) answer.value;
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
        long concerned = 0;
        Journal journal = recording.journal();
        for (int entry = toldEntries; entry < end; entry++) {
            concerned |= lookersOf(journal.place(entry));
        }
        told = step;
        toldEntries = end;
        return (int) (QUESTIONERS & ((concerned & ~QUESTIONERS) == 0 ? concerned : withUsers(concerned)));
    }

    /** Forgets the answers among them, and adds who used one. */
    private long withUsers(long concerned) {
        long all = concerned;
        long before;
        do {
            before = all;
            for (Answer answer : answers) {
                if ((all & answer.bit) != 0) {
                    answer.value = null;
                    all |= answer.users;
                }
            }
        } while (all != before);
        return all;
    }

    private long lookersOf(int place) {
        if (Place.isCell(place)) {
            int cell = Place.cell(place);
            return cell < cells.length ? cells[cell] : 0;
        }
        // a run of words: whoever looked at any word
        return Place.isRun(place) ? -1 : everyWord & QUESTIONERS | words.get(place);
    }
}
