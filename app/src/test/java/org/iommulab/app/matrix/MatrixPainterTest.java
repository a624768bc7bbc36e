package org.iommulab.app.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.sample.RecordingPen;
import org.iommulab.graph.Box;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatrixPainterTest {
    private final Grid grid = SampleCells.grid(SampleCells.everything());
    private final MatrixPainter painter = new MatrixPainter();

    private MatrixScene scene(Optional<Spot> here) {
        return scene(here, Optional.empty());
    }

    private MatrixScene scene(Optional<Spot> here, Optional<Double> progress) {
        return new MatrixScene(
                grid,
                SampleCells.LEVEL,
                Arrangement.of(grid, Filter.NONE, Sorting.BY_NAME),
                here,
                progress,
                false,
                "2,380 runs · 0.9 s · 2,644 runs/s");
    }

    @Test
    void nothingIsCalledHarmlessWhileTheSweepRuns() {
        assertThat(marks(Optional.empty())).contains(Mark.NO_EFFECT, Mark.OOPS);
        assertThat(marks(Optional.of(0.4)))
                .doesNotContain(Mark.NO_EFFECT, Mark.NEVER_CALLED)
                .contains(Mark.TO_COME, Mark.OOPS);
    }

    private Set<Mark> marks(Optional<Double> progress) {
        MatrixScene scene = scene(Optional.empty(), progress);
        var marks = EnumSet.noneOf(Mark.class);
        for (int row = 0; row < scene.rowNames().size(); row++) {
            for (int column = 0; column < scene.columnNames().size(); column++) {
                marks.add(scene.mark(new Spot(row, column)));
            }
        }
        return marks;
    }

    /** The whole content of a small laptop's window, of the same in a hall, and of a large one. */
    @ParameterizedTest
    @CsvSource({"1366,716,DARK", "1188,600,LIGHT", "1600,848,DARK", "2560,1390,LIGHT"})
    void everyNameAndEveryCellCanBeRead(double width, double height, Theme theme) {
        var pen = new RecordingPen(theme);
        painter.paint(pen, width, height, scene(Optional.empty()));
        assertThat(pen.overlaps()).isEmpty();
        assertThat(pen.texts()).allSatisfy(mark -> {
            assertThat(mark.left()).isGreaterThanOrEqualTo(0);
            assertThat(mark.right()).isLessThanOrEqualTo(width);
            assertThat(mark.bottom()).isLessThanOrEqualTo(height);
            assertThat(mark.text()).doesNotContain("…");
        });
        assertThat(pen.slantedRooms())
                .hasSize(scene(Optional.empty()).columnNames().size())
                .allSatisfy(mark -> {
                    assertThat(mark.top()).isGreaterThanOrEqualTo(0);
                    assertThat(mark.right()).isLessThanOrEqualTo(width);
                });
        MatrixLayout layout = painter.layout(width, height, scene(Optional.empty()));
        assertThat(layout.rows()).isEqualTo(28);
        assertThat(layout.cell(0, 0).height()).isGreaterThanOrEqualTo(12);
        assertThat(layout.cell(0, 0).width()).isGreaterThanOrEqualTo(22);
        assertThat(layout.bottom())
                .isLessThanOrEqualTo(height - Legend.of(width).height());
    }

    @ParameterizedTest
    @CsvSource({"0,0", "27,0", "0,28", "27,28", "14,14"})
    void theCardCoversNeitherItsCellNorLeavesThePicture(int row, int column) {
        var spot = new Spot(row, column);
        MatrixLayout layout = painter.layout(1366, 716, scene(Optional.empty()));
        var pen = new RecordingPen(Theme.DARK);
        var card = new CardPainter(pen, 1366, 716 - Legend.of(1366).height());
        scene(Optional.of(spot)).place().ifPresent(place -> card.paint(CardText.of(place, grid), layout.cell(spot)));
        RecordingPen.Mark box = pen.boxes().getFirst();
        var room = new Box(box.left(), box.top(), box.right() - box.left(), box.bottom() - box.top());
        assertThat(room.overlaps(layout.cell(spot))).isFalse();
        assertThat(new Box(0, 0, 1366, 716).contains(room.x(), room.y())).isTrue();
        assertThat(new Box(0, 0, 1366, 716).contains(room.right(), room.bottom()))
                .isTrue();
        assertThat(pen.texts()).allMatch(text -> text.left() >= room.x() && text.right() <= room.right());
    }

    @Test
    void whatIsUnderThePointerIsWhatIsDrawnThere() {
        MatrixLayout layout = painter.layout(1366, 716, scene(Optional.empty()));
        for (int row = 0; row < layout.rows(); row++) {
            for (int column = 0; column < layout.columns(); column++) {
                Box cell = layout.cell(row, column);
                assertThat(layout.at(cell.middleX(), cell.middleY())).contains(new Spot(row, column));
            }
        }
        assertThat(layout.at(layout.left() - 1, layout.top() + 1)).isEmpty();
        assertThat(layout.at(layout.left() + 1, layout.bottom() + 1)).isEmpty();
    }

    @Test
    void aClickOnTheLegendNamesItsMark() {
        Legend legend = Legend.of(1366);
        for (Legend.Entry entry : legend.entries()) {
            double y = 716 - legend.height() + entry.box().middleY();
            assertThat(painter.legendAt(1366, 716, entry.box().middleX(), y)).contains(entry.mark());
        }
    }
}
