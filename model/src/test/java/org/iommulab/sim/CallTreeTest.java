package org.iommulab.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stepping over, out of and back over calls, against the tree from which the calls were made. */
class CallTreeTest {
    private static final Term CALL = Term.function("call", "tree.c");
    private static final Term LEAF = Term.count("leaf");

    /** A piece of the tree: a plain event (first = last) or a call from its entry to its return. */
    private static final class Piece {
        final Piece parent;
        final List<Piece> children = new ArrayList<>();
        int first;
        int last;

        Piece(Piece parent) {
            this.parent = parent;
        }
    }

    private final Machine machine = Machine.recording();
    private final SimObject thing = new SimObject(machine) {
        @Override
        public String label() {
            return "thing";
        }
    };
    /** The piece that begins or ends at a step. */
    private final List<Piece> pieces = new ArrayList<>();

    private final Piece root = new Piece(null);

    private void grow(Piece parent, int depth, Random random) {
        for (int count = random.nextInt(depth == 0 ? 12 : 4); count > 0; count--) {
            var piece = new Piece(parent);
            parent.children.add(piece);
            piece.first = machine.steps() + 1;
            pieces.add(piece);
            if (depth < 6 && random.nextInt(3) != 0) {
                machine.run(Lane.CORE, CALL, thing, 0, 0, () -> grow(piece, depth + 1, random));
                pieces.add(piece);
            } else {
                machine.emit(EventKind.DATA, Lane.DMA, LEAF, thing, random.nextInt(5), 0);
            }
            piece.last = machine.steps();
        }
        root.last = machine.steps();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void cursorMovesAsTheTreeSays(long seed) {
        pieces.add(root);
        grow(root, 0, new Random(seed));
        check("over", Cursor::over, this::over);
        check("backOver", Cursor::backOver, this::backOver);
        check("out", Cursor::out, step -> parent(step).last);
        check("backOut", Cursor::backOut, step -> parent(step).first);
        check("into", Cursor::into, step -> Math.min(step + 1, root.last));
        check("back", Cursor::back, step -> Math.max(step - 1, 0));
        for (int value = 0; value < 6; value++) {
            int wanted = value;
            Predicate<Event> fits = event -> event instanceof Event.Data data && data.address() == wanted;
            check("next", cursor -> cursor.next(fits), step -> search(step, 1, fits));
            check("previous", cursor -> cursor.previous(fits), step -> search(step, -1, fits));
        }
    }

    private void check(String what, Consumer<Cursor> move, ToIntFunction<Integer> oracle) {
        var cursor = new Cursor(machine.finish());
        for (int step = 0; step <= root.last; step++) {
            cursor.go(step);
            move.accept(cursor);
            assertThat(cursor.step()).as("%s at step %d", what, step).isEqualTo(oracle.applyAsInt(step));
        }
    }

    private Piece parent(int step) {
        return step == 0 || pieces.get(step).parent == null ? root : pieces.get(step).parent;
    }

    private int over(int step) {
        if (step == 0) {
            return Math.min(1, root.last);
        }
        var piece = pieces.get(step);
        if (step < piece.last) {
            return piece.last;
        }
        int next = piece.parent.children.indexOf(piece) + 1;
        return next < piece.parent.children.size() ? piece.parent.children.get(next).first : piece.parent.last;
    }

    private int backOver(int step) {
        if (step == 0) {
            return 0;
        }
        var piece = pieces.get(step);
        if (step > piece.first) {
            return piece.first;
        }
        int before = piece.parent.children.indexOf(piece) - 1;
        return before >= 0 ? piece.parent.children.get(before).last : piece.parent.first;
    }

    private int search(int from, int direction, Predicate<Event> fits) {
        for (int step = from + direction; step >= 1 && step <= root.last; step += direction) {
            if (fits.test(machine.finish().event(step))) {
                return step;
            }
        }
        return from;
    }
}
