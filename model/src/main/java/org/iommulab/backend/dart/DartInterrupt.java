package org.iommulab.backend.dart;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/**
 * apple_dart_irq: prints one line and clears the error. No fault handler of a domain is ever asked. (The kernel prints no
 * more than ten lines in five seconds; the lab prints all.)
 */
final class DartInterrupt {
    private static final String FILE = "drivers/iommu/apple-dart.c";
    private static final Term IRQ = Term.function("apple_dart_irq", FILE);
    private static final Term IRQ_T8020 = Term.function("apple_dart_t8020_irq", FILE);
    private static final Term IRQ_T8110 = Term.function("apple_dart_t8110_irq", FILE);
    private static final int MOST_STREAMS = 256;
    private static final int MANY = 32;
    private static final int UNKNOWN = DartFault.values().length;
    private static final List<List<Term>> LINES = lines();

    private final Kernel kernel;

    DartInterrupt(Kernel kernel) {
        this.kernel = kernel;
    }

    // A line for each stream and fault: a format may not depend on a run.
    private static List<List<Term>> lines() {
        List<String> names = Stream.concat(Stream.of(DartFault.values()).map(DartFault::words), Stream.of("unknown"))
                .toList();
        var lines = new ArrayList<List<Term>>();
        for (int stream = 0; stream < MOST_STREAMS; stream++) {
            String start = "<3>translation fault: status:0x%h stream:" + stream + " code:0x%l (";
            lines.add(names.stream()
                    .map(name -> LogText.of(start + name + ") at 0x%x"))
                    .toList());
        }
        return List.copyOf(lines);
    }

    void handle(DartDevice dart) {
        kernel.driverRun(function(dart), dart.device(), () -> {
            DartFamily family = dart.family();
            int error = dart.read(family.error());
            long low = dart.read(family.errorAddressLow()) & 0xffff_ffffL;
            long high = dart.read(family.errorAddressHigh());
            if (!DartFamily.isFault(error)) {
                return;
            }
            int code = family.codeOf(error);
            Optional<DartFault> fault = family.faultOf(code);
            Term line = LINES.get(family.streamOf(error))
                    .get(fault.map(DartFault::ordinal).orElse(UNKNOWN));
            kernel.log().line(line, dart.device(), LogText.pack(error, code), high << 32 | low);
            dart.write(family.error(), error);
            if (family == DartFamily.T8110) {
                for (int word = 0; word * MANY < dart.streams(); word++) {
                    dart.write(DartLayout.ERROR_STREAMS + 4 * word, -1);
                }
            }
        });
    }

    private Term function(DartDevice dart) {
        return switch (dart.family()) {
            case T8020 -> kernel.since(Version.V6_3) ? IRQ_T8020 : IRQ;
            case T8110 -> IRQ_T8110;
        };
    }
}
