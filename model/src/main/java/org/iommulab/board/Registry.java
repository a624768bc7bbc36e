package org.iommulab.board;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.iommulab.backend.Backend;
import org.iommulab.backend.amd.AmdBackend;
import org.iommulab.backend.armsmmu.ArmSmmuBackend;
import org.iommulab.backend.armsmmuv3.SmmuV3Backend;
import org.iommulab.backend.dart.DartBackend;
import org.iommulab.backend.exynos.ExynosBackend;
import org.iommulab.backend.intel.VtdBackend;
import org.iommulab.backend.ipmmu.IpmmuBackend;
import org.iommulab.backend.msm.MsmBackend;
import org.iommulab.backend.mtk.MtkBackend;
import org.iommulab.backend.mtkv1.MtkV1Backend;
import org.iommulab.backend.omap.OmapBackend;
import org.iommulab.backend.pamu.PamuBackend;
import org.iommulab.backend.qcom.QcomBackend;
import org.iommulab.backend.riscv.RiscvBackend;
import org.iommulab.backend.rockchip.RockchipBackend;
import org.iommulab.backend.s390.S390Backend;
import org.iommulab.backend.sprd.SprdBackend;
import org.iommulab.backend.sun50i.Sun50iBackend;
import org.iommulab.backend.tegragart.GartBackend;
import org.iommulab.backend.tegrasmmu.TegraSmmuBackend;
import org.iommulab.backend.virtio.ViommuBackend;
import org.iommulab.decode.FaultText;
import org.iommulab.pagetable.armv7s.ArmV7sFormats;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;
import org.iommulab.pagetable.lpae.LpaeFormats;

/** Every vendor's room that the lab has: one line each. */
public final class Registry {
    private static final List<Backend> BACKENDS = List.of( // one line each
            new ExynosBackend(), //
            new QcomBackend(), //
            new IpmmuBackend(), //
            new AmdBackend(), //
            new SmmuV3Backend(), //
            new VtdBackend(), //
            new DartBackend(), //
            new PamuBackend(), //
            new MsmBackend(), //
            new MtkBackend(), //
            new MtkV1Backend(), //
            new OmapBackend(), //
            new RockchipBackend(), //
            new S390Backend(), //
            new SprdBackend(), //
            new Sun50iBackend(), //
            new GartBackend(), //
            new TegraSmmuBackend(), //
            new ViommuBackend(), //
            new ArmSmmuBackend(), //
            new RiscvBackend());

    /** Formats that several vendors share. */
    private static final List<Formats> FORMATS = List.of( // one line each
            new LpaeFormats(), //
            new ArmV7sFormats());

    private Registry() {}

    /** What the lines of all drivers mean. */
    public static List<FaultText> faultTexts() {
        return BACKENDS.stream()
                .map(Backend::faultText)
                .flatMap(Optional::stream)
                .toList();
    }

    public static List<Backend> backends() {
        return BACKENDS;
    }

    public static Optional<Backend> backend(String unitType) {
        return BACKENDS.stream().filter(b -> b.unitType().equals(unitType)).findFirst();
    }

    /** The page-table formats that golden cases can be run against. */
    public static List<GoldenFormat> goldenFormats() {
        return formats().flatMap(f -> f.golden().stream()).toList();
    }

    public static Optional<GoldenFormat> goldenFormat(String name) {
        return goldenFormats().stream().filter(f -> f.name().equals(name)).findFirst();
    }

    /** The page-table formats that can be timed. */
    public static List<TimedFormat> timedFormats() {
        return formats().flatMap(f -> f.timed().stream()).toList();
    }

    private static Stream<Formats> formats() {
        return Stream.concat(BACKENDS.stream().map(Backend::formats), FORMATS.stream());
    }
}
