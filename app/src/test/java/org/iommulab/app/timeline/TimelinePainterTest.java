package org.iommulab.app.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.playback.Trail;
import org.iommulab.app.sample.RecordingPen;
import org.iommulab.app.sample.SampleRun;
import org.iommulab.app.sample.Thing;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TimelinePainterTest {
    private final SampleRun run = new SampleRun();
    private final CallBars bars = CallBars.of(run.recording());
    private final TimelinePainter painter = new TimelinePainter();

    private TimelineScene scene(int step, Viewport view) {
        return new TimelineScene(bars, run.chapters(), step, view, 0, 0);
    }

    private static void assertTidy(RecordingPen pen, double width, double height) {
        assertThat(pen.overlaps()).isEmpty();
        assertThat(pen.texts()).isNotEmpty().allSatisfy(mark -> {
            assertThat(mark.left()).isGreaterThanOrEqualTo(0);
            assertThat(mark.right()).isLessThanOrEqualTo(width);
            assertThat(mark.top()).isGreaterThanOrEqualTo(0);
            assertThat(mark.bottom()).isLessThanOrEqualTo(height);
        });
    }

    @ParameterizedTest
    @EnumSource(Theme.class)
    void noTextLiesOnAnotherOrOutside(Theme theme) {
        var random = new Random(5);
        for (int i = 0; i < 60; i++) {
            double width = 300 + random.nextInt(900);
            double height = 200 + random.nextInt(400);
            int step = random.nextInt(bars.length() + 1);
            Viewport view = new Viewport(random.nextInt(40), 8 + random.nextInt(70)).kept(bars.length());
            var pen = new RecordingPen(theme);
            painter.paint(pen, width, height, scene(step, view));
            assertTidy(pen, width, height);
        }
    }

    /** However far apart the steps lie and whatever is scrolled away: every number of the way is seen, none on another. */
    @Test
    void theWayToAHarmIsSeenAsAWhole() {
        var links = java.util.stream.IntStream.of(2, 3, bars.length() / 2, bars.length() - 1, bars.length())
                .mapToObj(step -> new Trail.Link(step, "step " + step))
                .toList();
        var trail = Optional.of(new Trail("harm", links));
        Viewport view = Viewport.all(bars.length());
        for (double height : new double[] {120, 200, 400}) {
            var pen = new RecordingPen(Theme.DARK);
            painter.paint(pen, 700, height, new TimelineScene(bars, run.chapters(), 3, view, 0, 0, trail));
            var numbers = pen.texts().stream()
                    .filter(mark -> mark.text().matches("[1-5]") && mark.top() > TimelinePainter.TOP)
                    .toList();
            assertThat(numbers).extracting(RecordingPen.Mark::text).contains("1", "2", "3", "4", "5");
            for (RecordingPen.Mark one : numbers) {
                assertThat(numbers.stream().filter(one::overlaps)).containsExactly(one);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Theme.class)
    void labelsGiveWayToTheNumbersOfAWay(Theme theme) {
        var random = new Random(7);
        for (int i = 0; i < 60; i++) {
            Viewport view = new Viewport(random.nextInt(40), 8 + random.nextInt(40)).kept(bars.length());
            var links = random.ints(3, 1, bars.length())
                    .distinct()
                    .sorted()
                    .mapToObj(step -> new Trail.Link(step, "step " + step))
                    .toList();
            var pen = new RecordingPen(theme);
            int step = links.getFirst().step();
            var trail = Optional.of(new Trail("harm", links));
            painter.paint(pen, 700, 400, new TimelineScene(bars, run.chapters(), step, view, 0, 0, trail));
            assertThat(pen.overlaps()).isEmpty();
        }
    }

    @Test
    void aTracesMarkerIsToldByWhatWasWritten() {
        var machine = Machine.recording();
        var marker = new Thing(machine, "STEP 0012 BEGIN unbind");
        Term mark = Term.of("tracing_mark_write", "", Term.Operand.NONE, Term.Operand.NONE, Term.Operand.NONE);
        machine.emit(EventKind.CHAPTER, Lane.USER, mark, marker, 0, 0);
        var recording = machine.finish();
        assertThat(BlockText.of(recording, recording.event(1))).isEqualTo("STEP 0012 BEGIN unbind");
    }

    @Test
    void aMillionStepsAreDrawnWithFewStrokes() {
        var machine = Machine.recording();
        var thing = new Thing(machine, "thing");
        Term call = Term.function("call", "file.c");
        Term block = Term.hex("block");
        while (machine.steps() < 1_000_000) {
            machine.run(Lane.CORE, call, thing, 0, 0, () -> {
                for (int i = 0; i < 10; i++) {
                    machine.emit(EventKind.REGISTER_WRITE, Lane.HARDWARE, block, thing, 0, i);
                }
            });
        }
        machine.emit(EventKind.WARN, Lane.CORE, call, thing, 0, 0);
        CallBars many = CallBars.of(machine.finish());
        var pen = new RecordingPen(Theme.DARK);
        painter.paint(
                pen, 800, 400, new TimelineScene(many, run.chapters(), 500_000, Viewport.all(many.length()), 0, 0));
        assertThat(pen.boxes().size()).isLessThan(5000);
    }

    @Test
    void whatIsUnderThePointerIsWhatIsDrawnThere() {
        Viewport view = Viewport.all(bars.length());
        TimelineScene scene = scene(1, view);
        LaneLayout lanes = TimelinePainter.layout(bars, 400);
        double room = TimelinePainter.room(900);
        for (int step = 1; step <= bars.length(); step++) {
            Event event = run.recording().event(step);
            if (event instanceof Event.Leave || event instanceof Event.Chapter) {
                continue;
            }
            double x = TimelinePainter.LEFT + view.x(step + 0.5, room);
            double y = TimelinePainter.TOP + lanes.y(event.lane(), bars.row(step)) + 5;
            assertThat(painter.hit(x, y, 900, 400, scene)).as("step %d", step).isEqualTo(Optional.of(step));
        }
    }

    @ParameterizedTest
    @EnumSource(Theme.class)
    void everyBarCanBeRead(Theme theme) {
        for (Tone tone : Tone.values()) {
            BarInk ink = BarInk.of(tone, theme);
            assertThat(Contrast.of(ink.text(), tone, ink.fill().opacity(), Tone.PANEL, theme))
                    .as("%s in %s", tone, theme)
                    .isGreaterThanOrEqualTo(BarInk.READABLE);
        }
    }
}
