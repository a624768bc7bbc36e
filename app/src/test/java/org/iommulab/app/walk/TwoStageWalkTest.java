package org.iommulab.app.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.sample.RecordingPen;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.WalkTrace;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TwoStageWalkTest {
    private static WalkTrace trace() {
        var levels = new ArrayList<WalkTrace.Level>();
        for (String name : List.of("root table", "context table", "PASID directory", "PASID table")) {
            levels.add(level(name, 0));
        }
        for (int row = 4; row >= 0; row--) {
            for (int level = 4; level >= 1; level--) {
                levels.add(level("stage 2, level " + level, 2));
            }
            if (row > 0) {
                levels.add(level("stage 1, level " + row, 1));
            }
        }
        var fields = List.of(BitField.of("offset", 11, 0, 0x10, ""));
        return new WalkTrace(
                1, 0x40_0010, false, fields, "miss", levels, new WalkTrace.Verdict.Reached(0x3f_7010, 4096, "rw"));
    }

    private static WalkTrace.Level level(String name, int stage) {
        String sentence = "Points at the level 3 table at 0xa00000, which is a sentence of some length.";
        return new WalkTrace.Level(
                name, 0x8_4455_6000L, 8, 512, 0x1a3, 0x8000_0001_2345_6003L, List.of(), sentence, List.of(), stage);
    }

    @ParameterizedTest
    @ValueSource(doubles = {260, 310, 480, 720, 1300})
    void noTextLiesOnAnotherOrOutside(double width) {
        int levels = trace().levels().size();
        for (int reads = 0; reads <= levels; reads += 7) {
            var scene = new WalkScene(trace(), "0000:01:00.0", "dmar0", reads, reads == levels, true, "");
            var pen = new RecordingPen(Theme.DARK);
            double height = new WalkPainter().paint(pen, width, 400, scene, 1);
            assertThat(pen.overlaps()).as("%d reads at %f", reads, width).isEmpty();
            assertThat(pen.texts()).isNotEmpty().allSatisfy(mark -> {
                assertThat(mark.left()).isGreaterThanOrEqualTo(0);
                assertThat(mark.right()).isLessThanOrEqualTo(width + 0.01);
                assertThat(mark.bottom()).isLessThanOrEqualTo(height);
            });
        }
    }
}
