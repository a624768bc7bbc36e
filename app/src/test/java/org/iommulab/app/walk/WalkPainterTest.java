package org.iommulab.app.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.sample.RecordingPen;
import org.iommulab.app.sample.SampleRun;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.WalkTrace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WalkPainterTest {
    private final WalkPainter painter = new WalkPainter();

    private static WalkTrace trace(int levels, WalkTrace.Verdict verdict) {
        var fields = new ArrayList<BitField>();
        var tables = new ArrayList<WalkTrace.Level>();
        for (int i = 0; i < levels; i++) {
            int low = 12 + 9 * (levels - 1 - i);
            fields.add(new BitField("level " + (i + 1) + " index", low + 8, low, 0x1a3, ""));
            var around = new ArrayList<WalkTrace.Entry>();
            for (int index = 0x1a1; index <= 0x1a5; index++) {
                around.add(new WalkTrace.Entry(index, 0x8000_0001_2345_6003L + index, "table"));
            }
            around.add(new WalkTrace.Entry(511, 0, "-"));
            tables.add(new WalkTrace.Level(
                    "level " + (i + 1),
                    0x8_4455_6000L,
                    8,
                    512,
                    0x1a3,
                    0x8000_0001_2345_6003L,
                    List.of(
                            new BitField("ignored", 63, 52, 0x800, ""),
                            new BitField("output address", 51, 12, 0x123456, ""),
                            new BitField("permissions", 11, 2, 0, "read and write"),
                            new BitField("type", 1, 0, 3, "table")),
                    "Type 3: the entry leads on to the next table, whose address stands in bits 51 to 12.",
                    around));
        }
        fields.add(new BitField("offset", 11, 0, 0xa40, ""));
        return new WalkTrace(1, 0x1f_ffff_fa40L, true, fields, "miss", tables, verdict);
    }

    private static List<WalkTrace.Verdict> verdicts() {
        return List.of(
                new WalkTrace.Verdict.Reached(0x8_6d2f_5a40L, 4096, "rw"),
                new WalkTrace.Verdict.Untranslated(0x2010_1a40L),
                new WalkTrace.Verdict.Refused("AW ACCESS PROTECTION"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void noTextLiesOnAnotherOrOutside(int levels) {
        for (WalkTrace.Verdict verdict : verdicts()) {
            for (int reads = 0; reads <= levels; reads++) {
                for (double width : new double[] {260, 340, 480, 900, 1300}) {
                    var scene = new WalkScene(
                            trace(levels, verdict),
                            "12c10000.mixer",
                            "12e20000.sysmmu",
                            reads,
                            reads == levels,
                            true,
                            "");
                    var pen = new RecordingPen(Theme.LIGHT);
                    double height = painter.paint(pen, width, 400, scene, 1);
                    assertThat(pen.overlaps())
                            .as("%d of %d levels at %f", reads, levels, width)
                            .isEmpty();
                    assertThat(pen.texts()).isNotEmpty().allSatisfy(mark -> {
                        assertThat(mark.left()).isGreaterThanOrEqualTo(0);
                        assertThat(mark.right()).isLessThanOrEqualTo(width + 0.01);
                        assertThat(mark.bottom()).isLessThanOrEqualTo(height);
                    });
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void howItEndsIsSeenInALowPane(int levels) {
        for (WalkTrace.Verdict verdict : verdicts()) {
            var scene = new WalkScene(trace(levels, verdict), "mixer", "sysmmu", levels, true, true, "");
            var pen = new RecordingPen(Theme.DARK);
            painter.paint(pen, 300, 260, scene, 1);
            assertThat(pen.texts())
                    .filteredOn(mark -> mark.text().equals(WalkText.verdictRemark(verdict)))
                    .hasSize(1)
                    .allSatisfy(mark -> assertThat(mark.bottom()).isLessThan(260));
        }
    }

    @Test
    void ofALongEntryTheDigitsOnTheRightAreShown() {
        var level = new WalkTrace.Level(
                "level 1", 0, 8, 512, 2, 0x3_c007, List.of(), "", List.of(new WalkTrace.Entry(2, 0x3_c007, "")));
        var pen = new RecordingPen(Theme.DARK);
        new TableColumn(level, Tone.TEXT, 0, 0, 100, 26, Face.mono(11), false).paint(pen, 1);
        assertThat(pen.texts()).anyMatch(mark -> mark.text().endsWith("c007"));
    }

    @Test
    void anEntryIsShownOnlyWhenItHasBeenRead() {
        var run = new SampleRun();
        var before = new WalkScene(run.walk(false), "", "", 1, false, false, "");
        var after = new WalkScene(run.walk(false), "", "", 2, true, false, "");
        assertThat(WalkText.twin(before)).noneMatch(line -> line.contains("6d2f"));
        assertThat(WalkText.twin(after)).anyMatch(line -> line.contains("0x6d2f 5a40"));
        assertThat(before.done()).isEqualTo(1);
        assertThat(after.done()).isEqualTo(3).isEqualTo(after.total());
    }

    @Test
    void aTlbHitReadsOnlyTheData() {
        var scene = new WalkScene(new SampleRun().walk(true), "", "", 0, true, false, "");
        assertThat(scene.total()).isEqualTo(1);
        assertThat(scene.walked()).isFalse();
    }
}
