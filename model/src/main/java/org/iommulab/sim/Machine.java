package org.iommulab.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A deterministic machine: its state in journaled cells (and stores that share the journal), the objects that the state
 * speaks of, and the place where events are written. One thread, no clock, no random numbers.
 *
 * <p>A cell holds a long. References are cells holding object ids. The numbers of cells, objects and stores are state
 * too (cells 0 to 2; cell 3 counts uses of freed memory), so that a run cut off and continued in another way is
 * numbered as a fresh run would be.
 *
 * <p>While a {@link Cursor} looks back, the machine shows the past and refuses every change: a view that changes state
 * is a bug, and it is found where it happens.
 */
public final class Machine implements Labels {
    private static final int CELL_COUNT = 0;
    private static final int OBJECT_COUNT = 1;
    private static final int STORE_COUNT = 2;
    private static final int USES_AFTER_FREE = 3;
    private static final int FIRST_CELL = 4;
    /** Far deeper than a kernel's stack would bear, and safe on Java's own. */
    private static final int DEEPEST = 512;

    private long[] cells = new long[256];
    private final List<SimObject> objects = new ArrayList<>();
    private StateStore[] stores = new StateStore[0];
    private CellsCopy cellsAtStart = CellsCopy.of(new long[] {FIRST_CELL}, 1);
    private Object[] storesAtStart = new Object[0];
    private final @Nullable Journal journal;
    private final @Nullable EventLog log;
    private final @Nullable Recording recording;
    private final Limits limits;
    private @Nullable StateDigest digest;
    private @Nullable Lookers lookers;
    private boolean journaling;
    private int depth;
    private int unrecordedSteps;

    /** How many events there may be; none while looking back, so that one comparison guards both. */
    private int room;

    private int shown;

    /** A machine that records, within the usual limits. */
    public static Machine recording() {
        return new Machine(true, Limits.USUAL);
    }

    /** A machine that only runs: for benchmarks and for explorers that need nothing but the end. */
    public static Machine unrecorded() {
        return new Machine(false, Limits.USUAL);
    }

    public Machine(boolean recording, Limits limits) {
        this.limits = limits;
        room = limits.steps();
        journal = recording ? new Journal() : null;
        journaling = recording;
        log = recording ? new EventLog() : null;
        this.recording = journal != null && log != null ? new Recording(this, journal, log) : null;
        cells[CELL_COUNT] = FIRST_CELL;
    }

    public boolean isRecording() {
        return recording != null;
    }

    public Limits limits() {
        return limits;
    }

    /**
     * What has been built so far is the machine at step 0: how it came about is not part of the recording.
     *
     * @throws IllegalStateException after the first event
     */
    public void powerOn() {
        if (steps() != 0) {
            throw new IllegalStateException("power on comes before the first event");
        }
        if (journal != null) {
            journal.truncate(0);
            cellsAtStart = CellsCopy.of(cells, (int) cells[CELL_COUNT]);
            for (int i = 0; i < stores.length; i++) {
                storesAtStart[i] = stores[i].copy();
            }
        }
    }

    // ---- state

    /** Adds a store to the state; all its words are still 0. What it gives {@link #journal} are places from here on. */
    public int addStore(StateStore store) {
        int number = (int) cells[STORE_COUNT];
        if (number >= Place.MOST_STORES) {
            throw new LimitReached("state stores", Place.MOST_STORES);
        }
        store(STORE_COUNT, number + 1);
        stores = Arrays.copyOf(stores, number + 1);
        stores[number] = store;
        storesAtStart = Arrays.copyOf(storesAtStart, number + 1);
        storesAtStart[number] = store.copy();
        if (recording != null) {
            recording.checkpoints().clear(recording.checkpoints().spacing());
        }
        return Place.ofStore(number);
    }

    /** Room for {@code count} cells, all 0; the number of the first. */
    public int newCells(int count) {
        int first = (int) cells[CELL_COUNT];
        if (count < 0) {
            throw new IllegalArgumentException(count + " cells");
        }
        if (count > limits.cells() - first) {
            throw new LimitReached("state cells", limits.cells());
        }
        int next = first + count;
        if (next > cells.length) {
            cells = Arrays.copyOf(cells, Math.max(next, 2 * cells.length));
        }
        store(CELL_COUNT, next);
        return first;
    }

    public long load(int cell) {
        if (lookers != null) {
            lookers.atCell(cell);
        }
        return cells[cell];
    }

    /** Somebody looks at a store's word: its number from {@link #addStore} on. */
    public void looked(int place) {
        if (lookers != null) {
            lookers.atWord(place);
        }
    }

    /**
     * What the question says of the machine as it is shown now. Where it is noted who looks at what, it is not asked again
     * before something that the answer came from has changed.
     *
     * @param key names the question
     */
    public <T> T remembered(Object key, Supplier<T> question) {
        Lookers now = lookers;
        return now == null ? question.get() : now.remembered(key, question);
    }

    /** From now on whoever looks is noted; null for nobody. */
    void noteLooks(@Nullable Lookers now) {
        lookers = now;
    }

    public void store(int cell, long value) {
        long old = cells[cell];
        if (old == value) {
            return;
        }
        if (journal != null) {
            journal.add(Place.ofCell(cell), old ^ value);
        }
        if (digest != null) {
            digest.cell(cell, old, value);
        }
        cells[cell] = value;
    }

    /** A store's word is about to change: {@code place} is the word's number from {@link #addStore} on. */
    public void journal(int place, long old, long now) {
        if (journal != null) {
            journal.add(place, old ^ now);
        }
        if (digest != null) {
            digest.word(place, old, now);
        }
    }

    /** A run of a store's words, all of them 0, is about to get this value in both halves: one entry, however long. */
    public void journalFill(int place, int words, int value) {
        long delta = (long) words << 32 | value & 0xffff_ffffL;
        if (journal != null) {
            journal.add(Place.run(place), delta);
        }
        if (digest != null) {
            for (int i = 0; i < words; i++) {
                digest.word(place + i, 0, twice(delta));
            }
        }
    }

    private static long twice(long delta) {
        return delta << 32 | delta & 0xffff_ffffL;
    }

    /** Whether changes must be told to {@link #journal}. */
    public boolean isJournaling() {
        return journaling;
    }

    void flip(int place, long delta) {
        if (Place.isCell(place)) {
            int cell = Place.cell(place);
            long old = cells[cell];
            cells[cell] = old ^ delta;
            if (digest != null) {
                digest.cell(cell, old, old ^ delta);
            }
        } else if (!Place.isRun(place)) {
            flipWord(place, delta);
        } else {
            int first = Place.first(place);
            for (int i = 0; i < delta >>> 32; i++) {
                flipWord(first + i, twice(delta));
            }
        }
    }

    private void flipWord(int place, long delta) {
        StateStore store = stores[Place.store(place)];
        int word = Place.word(place);
        store.flip(word, delta);
        if (digest != null) {
            long now = store.word(word);
            digest.word(place, now ^ delta, now);
        }
    }

    // ---- objects

    int adopt(SimObject object) {
        int id = (int) cells[OBJECT_COUNT] + 1;
        if (id > limits.objects()) {
            throw new LimitReached("objects", limits.objects());
        }
        store(OBJECT_COUNT, id);
        objects.add(object);
        return id;
    }

    /** The object with this id; the id must not be 0. */
    public SimObject object(int id) {
        return objects.get(id - 1);
    }

    /** How many objects have ever been made in the whole recording, wherever the cursor stands. */
    public int objectCount() {
        return objects.size();
    }

    /** Whether the object exists already at the step where the cursor stands. */
    public boolean existsNow(SimObject object) {
        return object.id() <= load(OBJECT_COUNT);
    }

    @Override
    public String labelOf(long id) {
        return id == 0
                ? "NULL"
                : id > 0 && id <= objects.size() ? object((int) id).label() : "object " + id;
    }

    /** As objects are called now, whatever becomes of them. */
    Labels labels() {
        var now = new String[objects.size() + 1];
        Arrays.setAll(now, this::labelOf);
        return id -> id >= 0 && id < now.length ? now[(int) id] : "object " + id;
    }

    // ---- events

    /** How many events have been written. */
    public int steps() {
        return log == null ? unrecordedSteps : log.size();
    }

    public int depth() {
        return depth;
    }

    public void emit(EventKind kind, Lane lane, Term term, @Nullable SimObject object, long a, long b) {
        emit(kind, lane, term, object == null ? 0 : object.id(), a, b);
    }

    /** Writes an event about the object with this id; the changes since the event before belong to it. */
    public void emit(EventKind kind, Lane lane, Term term, int object, long a, long b) {
        if (object >>> 16 != 0) {
            throw new IllegalArgumentException("object " + object);
        }
        if (log == null) {
            if (unrecordedSteps >= room) {
                throw refusal();
            }
            unrecordedSteps++;
            return;
        }
        if (log.size() >= room) {
            throw refusal();
        }
        log.add(kind.ordinal(), lane.ordinal(), depth, term.number(), object, a, b, journalSize());
    }

    /** Something freed was used: an event, and a count that rules look at. */
    public void useAfterFree(Lane lane, Term what, SimObject object, long a) {
        store(USES_AFTER_FREE, cells[USES_AFTER_FREE] + 1);
        emit(EventKind.USE_AFTER_FREE, lane, what, object, a, 0);
    }

    public long usesAfterFree() {
        return load(USES_AFTER_FREE);
    }

    private RuntimeException refusal() {
        return isLookingBack()
                ? new IllegalStateException(
                        "an event while looking back at step " + shown + "; cut the recording first")
                : new LimitReached("steps", limits.steps());
    }

    private int journalSize() {
        return journal == null ? 0 : journal.size();
    }

    /**
     * A call of a kernel function: its event, its body one level deeper, and the event of its return. When the body
     * does not return (an oops, a hang: an exception), there is no such event, and who catches it calls {@link #unwind}.
     *
     * @return what the body returned
     */
    public long call(Lane lane, Term function, SimObject object, long a, long b, LongSupplier body) {
        emit(EventKind.ENTER, lane, function, object, a, b);
        return inside(lane, function, object, body);
    }

    /** A call whose result nobody looks at. */
    public void run(Lane lane, Term function, SimObject object, long a, long b, Runnable body) {
        call(lane, function, object, a, b, () -> {
            body.run();
            return 0;
        });
    }

    /** A call that was announced by another kind of event: a callback. */
    public long inside(Lane lane, Term function, SimObject object, LongSupplier body) {
        if (depth >= DEEPEST) {
            throw new LimitReached("nested calls", DEEPEST);
        }
        depth++;
        long result = body.getAsLong();
        depth--;
        emit(EventKind.LEAVE, lane, function, object, result, 0);
        return result;
    }

    /** Everything on the stack is gone: after an oops killed the thread, or between two actions. */
    public void unwind() {
        depth = 0;
    }

    // ---- looking back

    /**
     * What has been recorded so far; only for a machine that records. Always the same recording: it grows when the
     * machine goes on.
     */
    public Recording recorded() {
        if (recording == null) {
            throw new IllegalStateException("this machine does not record");
        }
        return recording;
    }

    /** {@link #recorded}, without the room that it has for more: for a recording that is kept. */
    public Recording finish() {
        if (journal != null && log != null && !isLookingBack()) {
            journal.trim();
            log.trim();
        }
        return recorded();
    }

    /** Whether a cursor has brought the machine back to a step before the last: nothing can change now. */
    public boolean isLookingBack() {
        return room < 0;
    }

    /** The step whose state the machine shows: the last one, if it is not looking back. */
    public int shownStep() {
        return isLookingBack() ? shown : steps();
    }

    void show(int step) {
        boolean back = step != steps();
        if (journal != null && back != isLookingBack()) {
            if (back) {
                journal.close();
            } else {
                journal.open();
            }
        }
        room = back ? -1 : limits.steps();
        shown = step;
    }

    /** Starts to keep a digest of the state, as it is now, with every change. For tests. */
    public void keepDigest() {
        digest = new StateDigest(fullDigest());
        journaling = true;
        for (StateStore store : stores) {
            store.journalBegins();
        }
    }

    /** The digest kept with every change. */
    public long digest() {
        if (digest == null) {
            throw new IllegalStateException("call keepDigest first");
        }
        return digest.value();
    }

    /** The same digest, computed from the whole state. */
    public long fullDigest() {
        long value = 0;
        for (int cell = 0; cell < cells.length; cell++) {
            value ^= StateDigest.ofCell(cell, cells[cell]);
        }
        for (int number = 0; number < stores.length; number++) {
            StateStore store = stores[number];
            for (int word = store.nextUsed(0); word < store.words(); word = store.nextUsed(word + 1)) {
                value ^= StateDigest.ofWord(Place.ofStore(number) | word, store.word(word));
            }
        }
        return value;
    }

    Checkpoint checkpoint(int step) {
        var copies = new Object[stores.length];
        for (int i = 0; i < copies.length; i++) {
            copies[i] = stores[i].copy();
        }
        return new Checkpoint(step, CellsCopy.of(cells, (int) cells[CELL_COUNT]), copies, checkpointBytes());
    }

    /** The state at step 0. */
    Checkpoint start() {
        return new Checkpoint(0, cellsAtStart, storesAtStart, 0);
    }

    /** How much a checkpoint of the state as it is now takes. */
    long checkpointBytes() {
        long bytes = 8 * cells[CELL_COUNT];
        for (StateStore store : stores) {
            bytes += 8L * store.words();
        }
        return bytes;
    }

    void restore(Checkpoint checkpoint) {
        checkpoint.cells().into(cells);
        for (int i = 0; i < stores.length; i++) {
            stores[i].restore(checkpoint.stores()[i]);
        }
        if (digest != null) {
            digest = new StateDigest(fullDigest());
        }
    }

    /** Forgets the objects and stores that do not exist yet where the cursor stands: after a cut. */
    void forgetFuture() {
        objects.subList((int) cells[OBJECT_COUNT], objects.size()).clear();
        stores = Arrays.copyOf(stores, (int) cells[STORE_COUNT]);
        storesAtStart = Arrays.copyOf(storesAtStart, stores.length);
        depth = 0;
    }
}
