package org.iommulab.backend.virtio;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.backend.virtio.Mappings.Mapping;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Recomputable;

/**
 * The picture of a look-up: the endpoint's domain, then the mapping among the domain's. The host keeps both in memory of
 * its own, so that they have no address here. Reads only.
 */
@Recomputable
final class ViommuTrace {
    private static final int AROUND = 4;
    private static final int ENTRY_BYTES = 8;
    private static final int NO_DOMAIN = -1;

    private final ViommuUnit unit;
    private final List<WalkTrace.Level> levels = new ArrayList<>();

    ViommuTrace(ViommuUnit unit) {
        this.unit = unit;
    }

    WalkTrace of(int endpoint, long input, boolean write) {
        Lookup lookup = unit.lookUp(endpoint, input, write);
        endpoints(endpoint);
        lookup.domain().filter(domain -> !domain.isBypass()).ifPresent(domain -> mappings(domain, lookup, input));
        var fields = List.of(BitField.of("input address", 63, 0, input, ""));
        return new WalkTrace(unit.id(), input, write, fields, "none", levels, verdict(lookup, input));
    }

    private static Verdict verdict(Lookup lookup, long input) {
        return switch (lookup.outcome()) {
            case MAPPED -> {
                Mapping mapping = lookup.mapping().orElseThrow();
                yield new Verdict.Reached(
                        mapping.output(input), Math.max(mapping.bytes(), 0), Prot.letters(mapping.flags()));
            }
            case BYPASS, BYPASS_DOMAIN, MSI -> new Verdict.Untranslated(input);
            case UNKNOWN_ENDPOINT, NO_DOMAIN, NOT_MAPPED, NOT_PERMITTED ->
                new Verdict.Refused(lookup.outcome().words());
        };
    }

    private void endpoints(int endpoint) {
        List<HostEndpoint> all = unit.host().endpoints();
        int index = 0;
        while (index < all.size() && all.get(index).endpointId() != endpoint) {
            index++;
        }
        if (index == all.size()) {
            return;
        }
        var around = new ArrayList<WalkTrace.Entry>();
        for (int i = Math.max(0, index - AROUND); i < Math.min(all.size(), index + AROUND + 1); i++) {
            around.add(new WalkTrace.Entry(
                    i,
                    word(all.get(i)),
                    all.get(i).domain().get().map(HostDomain::label).orElse("-")));
        }
        long word = word(all.get(index));
        String sentence = all.get(index)
                .domain()
                .get()
                .map(domain -> domain.isBypass()
                        ? "In " + domain.label() + ", which lets everything pass."
                        : "In " + domain.label() + ".")
                .orElse("In no domain.");
        levels.add(new WalkTrace.Level(
                "endpoints",
                0,
                ENTRY_BYTES,
                all.size(),
                index,
                word,
                List.of(BitField.of("endpoint", 63, 32, word, ""), BitField.of("domain", 31, 0, word, "")),
                sentence,
                around));
    }

    private static long word(HostEndpoint endpoint) {
        int domain = endpoint.domain().get().map(HostDomain::domainId).orElse(NO_DOMAIN);
        return (long) endpoint.endpointId() << 32 | domain & 0xffff_ffffL;
    }

    private void mappings(HostDomain domain, Lookup lookup, long input) {
        List<Mapping> all = domain.mappings().toList();
        int index = lookup.mapping().map(all::indexOf).orElseGet(() -> (int) all.stream()
                .filter(m -> Long.compareUnsigned(m.start(), input) < 0)
                .count());
        var around = new ArrayList<WalkTrace.Entry>();
        for (int i = Math.max(0, index - AROUND); i < Math.min(all.size(), index + AROUND + 1); i++) {
            around.add(new WalkTrace.Entry(i, all.get(i).start(), kind(all.get(i))));
        }
        long value = lookup.mapping().map(Mapping::physical).orElse(0L);
        levels.add(new WalkTrace.Level(
                "mappings of " + domain.label(),
                0,
                ENTRY_BYTES,
                Math.max(all.size(), index + 1),
                index,
                value,
                List.of(BitField.of("phys_start", 63, 0, value, "")),
                lookup.mapping().map(ViommuTrace::sentence).orElse("No mapping holds the address: a page fault."),
                around));
    }

    private static String kind(Mapping mapping) {
        return EntryWords.hex(mapping.start()) + ".." + EntryWords.hex(mapping.last()) + " "
                + Prot.letters(mapping.flags());
    }

    private static String sentence(Mapping mapping) {
        return "Maps " + EntryWords.hex(mapping.start()) + " to " + EntryWords.hex(mapping.last()) + " at "
                + EntryWords.hex(mapping.physical()) + ".";
    }
}
