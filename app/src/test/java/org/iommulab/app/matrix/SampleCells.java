package org.iommulab.app.matrix;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.iommulab.board.Architecture;
import org.iommulab.explore.breaks.BrokenRule;
import org.iommulab.explore.breaks.Cell;
import org.iommulab.explore.breaks.Divergence;
import org.iommulab.explore.breaks.Effect;
import org.iommulab.explore.breaks.Subject;
import org.iommulab.explore.breaks.Tampering;
import org.iommulab.explore.why.Chain;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Level;

/** Cells that were made up. */
public final class SampleCells {
    public static final Level LEVEL = Level.KNOWN.stream()
            .filter(level -> level.key().equals("P5"))
            .findFirst()
            .orElseThrow();

    static final Subject EXYNOS = new Subject("exynos", Architecture.ARM32);
    static final Subject EXYNOS_64 = new Subject("exynos", Architecture.ARM64);
    static final Subject OMAP = new Subject("omap", Architecture.ARM32);

    private SampleCells() {}

    static Cell cell(Subject subject, Callback callback, Effect effect) {
        boolean told = effect.isBroken();
        var missing = new Chain.Link(131, callback.isNotThere() + ": nobody tells the driver that it is over");
        var kept = new Chain.Link(140, "the core forgets domain #1, the driver keeps it");
        var harm = new Chain.Link(219, "the unit goes on walking the table of a domain that was freed, for ever");
        return new Cell(
                subject,
                Tampering.removal(subject.driver(), callback),
                subject.driver() + "_" + callback.kernelName(),
                LEVEL,
                Optional.empty(),
                effect,
                Set.copyOf(EnumSet.of(effect)),
                effect == Effect.ERROR ? Optional.of("-EBUSY") : Optional.empty(),
                told ? Optional.of(new Divergence(131, 131, "nothing instead of a call")) : Optional.empty(),
                told
                        ? Optional.of(new BrokenRule("hardware-follows-group", Effect.FAULT_STORM, 140, "it does not"))
                        : Optional.empty(),
                told ? Optional.of(harm) : Optional.empty(),
                told ? missing.words() + " → " + kept.words() + " → " + harm.words() : "",
                told ? List.of(missing, kept, harm) : List.of());
    }

    /** As many rows as the lab has, with every callback. */
    public static List<Cell> everything() {
        var random = new Random(7);
        var cells = new ArrayList<Cell>();
        for (Subject subject : subjects()) {
            for (Callback callback : Callback.values()) {
                Effect effect = Effect.values()[random.nextInt(Effect.values().length)];
                cells.add(cell(subject, callback, effect));
                cells.add(cell(subject, callback, Effect.NO_EFFECT));
            }
        }
        return cells;
    }

    static List<Subject> subjects() {
        return Stream.of(
                        "amd:X86",
                        "apple-dart:ARM64",
                        "arm-smmu:ARM32",
                        "arm-smmu:ARM64",
                        "arm-smmu-v3:ARM64",
                        "exynos:ARM32",
                        "exynos:ARM64",
                        "fsl-pamu:POWERPC",
                        "intel:X86",
                        "ipmmu-vmsa:ARM32",
                        "ipmmu-vmsa:ARM64",
                        "msm:ARM32",
                        "mtk:ARM32",
                        "mtk:ARM64",
                        "mtk-v1:ARM32",
                        "omap:ARM32",
                        "qcom:ARM32",
                        "qcom:ARM64",
                        "riscv:ARM64",
                        "rockchip:ARM32",
                        "rockchip:ARM64",
                        "s390:S390",
                        "sprd:ARM64",
                        "sun50i:ARM64",
                        "tegra-gart:ARM32",
                        "tegra-smmu:ARM32",
                        "tegra-smmu:ARM64",
                        "virtio-iommu:ARM64")
                .map(text -> text.split(":"))
                .map(parts -> new Subject(parts[0], Architecture.valueOf(parts[1])))
                .toList();
    }

    static Grid grid(List<Cell> cells) {
        var grid = new Grid(List.of());
        grid.add(cells);
        return grid;
    }
}
