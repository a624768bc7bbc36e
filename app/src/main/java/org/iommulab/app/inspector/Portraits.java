package org.iommulab.app.inspector;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.iommulab.app.draw.KindLook;
import org.iommulab.app.draw.Tone;
import org.iommulab.graph.HeldView;
import org.iommulab.graph.Moment;
import org.iommulab.graph.Moment.DeviceView;
import org.iommulab.graph.Moment.Disagreement;
import org.iommulab.graph.Moment.DomainView;
import org.iommulab.graph.Moment.GroupView;
import org.iommulab.graph.Moment.UnitView;
import org.iommulab.hardware.RegisterView;

/** Describes the things of a moment. Pure: the same moment and id give the same portrait. */
public final class Portraits {
    /** A longer value would be cut off in the column; it is said without its meaning. */
    private static final int WIDEST = 18;

    private final Moment moment;

    private Portraits(Moment moment) {
        this.moment = moment;
    }

    /**
     * The portrait of an object. When nothing is selected, or what is selected does not exist at this step, the thing
     * that deserves a look: a unit that disagrees with the core, else the first unit.
     */
    public static Portrait of(Moment moment, int id) {
        var portraits = new Portraits(moment);
        int subject = portraits.exists(id) ? id : portraits.worthALook();
        return portraits.draw(subject);
    }

    private boolean exists(int id) {
        return id != 0 && draw(id).id() != 0;
    }

    private int worthALook() {
        return moment.disagreements().stream()
                .map(Disagreement::unit)
                .findFirst()
                .or(() -> moment.units().stream().map(UnitView::id).findFirst())
                .orElse(0);
    }

    private Portrait draw(int id) {
        for (UnitView unit : moment.units()) {
            if (unit.id() == id) {
                return unit(unit);
            }
        }
        for (GroupView group : moment.groups()) {
            if (group.id() == id) {
                return group(group);
            }
        }
        for (DomainView domain : moment.domains()) {
            if (domain.id() == id) {
                return domain(domain);
            }
        }
        return devices()
                .filter(device -> device.id() == id)
                .findFirst()
                .map(this::device)
                .or(() -> moment.held().stream()
                        .filter(held -> held.id() == id)
                        .findFirst()
                        .map(this::held))
                .orElse(Portrait.NOTHING);
    }

    private Stream<DeviceView> devices() {
        return Stream.concat(
                moment.groups().stream().flatMap(group -> group.devices().stream()), moment.loose().stream());
    }

    // ---- what a program holds

    private Portrait held(HeldView held) {
        var facts = new ArrayList<Fact>();
        for (HeldView.Note note : held.notes()) {
            facts.add(
                    isThere(note.of())
                            ? Fact.link(note.label(), note.value(), Tone.TEXT, note.of())
                            : Fact.plain(note.label(), note.value()));
        }
        return new Portrait(
                held.id(),
                held.name(),
                held.kind().words(),
                facts,
                held.closed() ? "Closed by the program, but something holds it." : "");
    }

    private boolean isThere(int id) {
        return Stream.of(
                        moment.groups().stream().map(GroupView::id),
                        devices().map(DeviceView::id),
                        moment.domains().stream().map(DomainView::id),
                        moment.held().stream().map(HeldView::id))
                .flatMap(ids -> ids)
                .anyMatch(each -> each == id);
    }

    // ---- a unit

    private Portrait unit(UnitView unit) {
        var facts = new ArrayList<Fact>();
        if (unit.known()) {
            hardware(unit, facts);
        } else {
            facts.add(Fact.plain("state", "not captured"));
        }
        List<DeviceView> masters =
                devices().filter(device -> device.units().contains(unit.id())).toList();
        String where = masters.size() > 3
                ? masters.size() + " devices"
                : masters.stream().map(DeviceView::name).collect(Collectors.joining(", "));
        return new Portrait(
                unit.id(),
                unit.name(),
                Stream.of(unit.model(), where.isEmpty() ? "" : "in front of " + where)
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining(" · ")),
                facts,
                disagreement(d -> d.unit() == unit.id()));
    }

    private void hardware(UnitView unit, List<Fact> facts) {
        boolean wrong = moment.disagreements().stream().anyMatch(d -> d.unit() == unit.id());
        facts.add(Fact.plain("power", unit.powered() ? "on" : "off"));
        if (unit.powered()) {
            facts.add(Fact.plain(
                    "state", unit.blocked() ? "blocked" : unit.translating() ? "translating" : "lets through"));
        }
        facts.add(new Fact(
                "table base",
                unit.tableBase() == 0 ? "none" : Hex.grouped(unit.tableBase()),
                wrong ? Tone.DANGER : Tone.TEXT,
                unit.pointsAt().isEmpty() ? 0 : unit.pointsAt().getFirst()));
        if (unit.pointsAt().isEmpty()) {
            facts.add(Fact.plain("points at", unit.translating() ? "no domain's table" : "nothing"));
        }
        for (int domain : unit.pointsAt()) {
            facts.add(domainFact("points at", OptionalInt.of(domain), "nothing"));
        }
        int stale = unit.staleTlb().size();
        String tlb = unit.tlb().size() + " of " + unit.tlbSlots() + (stale > 0 ? ", " + stale + " stale" : "");
        if (unit.tlbSlots() > 0) {
            facts.add(stale > 0 ? Fact.bad("TLB", tlb) : Fact.plain("TLB", tlb));
        }
        if (!unit.fault().isEmpty()) {
            facts.add(Fact.bad("fault", unit.fault()));
        }
        registers(unit, facts);
    }

    /** Registers that hold something; the others in one line. */
    private static void registers(UnitView unit, List<Fact> facts) {
        int silent = 0;
        for (RegisterView register : unit.registers()) {
            if (register.value() == 0) {
                silent++;
                continue;
            }
            String value = Hex.grouped(register.value());
            String whole = register.meaning().isEmpty() ? value : value + " " + register.meaning();
            facts.add(new Fact(
                    register.name(), whole.length() > WIDEST ? value : whole, Tone.TEXT, 0, register.meaning()));
        }
        if (silent > 0) {
            facts.add(new Fact(silent == 1 ? "1 more register" : silent + " more registers", "0", Tone.MUTED, 0));
        }
    }

    private String disagreement(java.util.function.Predicate<Disagreement> fits) {
        return moment.disagreements().stream()
                .filter(fits)
                .map(Disagreement::sentence)
                .collect(Collectors.joining(" "));
    }

    // ---- a device

    private Portrait device(DeviceView device) {
        var facts = new ArrayList<Fact>();
        facts.add(Fact.plain("driver", device.driver().isEmpty() ? "none" : device.driver()));
        if (moment.hardwareKnown()) {
            facts.add(Fact.plain("runtime PM", device.active() ? "active" : "suspended"));
        }
        moment.groups().stream()
                .filter(group -> group.devices().stream().anyMatch(member -> member.id() == device.id()))
                .findFirst()
                .ifPresentOrElse(
                        group -> facts.add(Fact.link("group", "group " + group.number(), Tone.TEXT, group.id())),
                        () -> facts.add(Fact.plain("group", "none")));
        if (moment.hardwareKnown()) {
            facts.add(new Fact("DMA ops", device.dmaOps().text(), tone(device.dmaOps()), 0));
            facts.add(domainFact("mapping", device.mapping(), "none"));
            facts.add(domainFact("driver's note", device.driverDomain(), "NULL"));
        }
        for (int unit : device.units()) {
            moment.units().stream()
                    .filter(view -> view.id() == unit)
                    .forEach(view -> facts.add(Fact.link("behind", view.name(), Tone.TEXT, unit)));
        }
        device.screen()
                .ifPresent(screen -> facts.add(
                        screen.wrong() == 0
                                ? Fact.plain("screen", "as drawn")
                                : Fact.bad(
                                        "screen",
                                        screen.wrong() + " of " + screen.cells().size() + " cells wrong")));
        String subtitle = device.title();
        return new Portrait(device.id(), device.name(), subtitle, facts, "");
    }

    private static Tone tone(Moment.DmaOpsKind kind) {
        return switch (kind) {
            case DIRECT -> Tone.PLATFORM;
            case NOT_TOLD -> Tone.MUTED;
            case ARM_IOMMU -> Tone.UNMANAGED;
            case IOMMU_DMA -> Tone.KERNEL;
        };
    }

    // ---- a group

    private Portrait group(GroupView group) {
        var facts = new ArrayList<Fact>();
        if (moment.hardwareKnown()) {
            facts.add(Fact.plain("owner", group.owner().isEmpty() ? "nobody" : group.owner()));
            facts.add(Fact.plain("owner_cnt", Integer.toString(group.ownerCount())));
            facts.add(domainFact("domain", group.domain(), "NULL"));
            facts.add(domainFact("default_domain", group.defaultDomain(), "NULL"));
        } else {
            // sysfs has one file: the type of the default domain.
            facts.add(Fact.plain("type", group.owner().isEmpty() ? "not captured" : group.owner()));
        }
        for (DeviceView device : group.devices()) {
            facts.add(Fact.link("device", device.name(), Tone.TEXT, device.id()));
        }
        int count = group.devices().size();
        return new Portrait(
                group.id(),
                "Group " + group.number(),
                count == 1 ? "1 device" : count + " devices",
                facts,
                disagreement(d -> d.group() == group.id()));
    }

    // ---- a domain

    private Portrait domain(DomainView domain) {
        var facts = new ArrayList<Fact>();
        facts.add(new Fact("type", KindLook.word(domain.kind()), tone(domain), 0));
        if (!moment.hardwareKnown()) {
            return new Portrait(domain.id(), domain.label(), "default domains of this type", facts, "");
        }
        facts.add(Fact.plain("table base", domain.tableBase() == 0 ? "none" : Hex.grouped(domain.tableBase())));
        if (domain.pages() != Moment.DomainView.NOT_TOLD) {
            facts.add(
                    Fact.plain("mapped", domain.pages() == 1 ? "1 page of 4 KiB" : domain.pages() + " pages of 4 KiB"));
        }
        facts.add(Fact.plain("tables", Integer.toString(domain.tables())));
        if (domain.references() > 0) {
            facts.add(Fact.plain("references", Integer.toString(domain.references())));
        }
        if (domain.freed()) {
            facts.add(Fact.bad("freed", "yes"));
        }
        List<Integer> clients = domain.clients();
        moment.units().stream()
                .filter(unit -> clients.contains(unit.id()))
                .forEach(unit -> facts.add(Fact.link("client", unit.name(), Tone.TEXT, unit.id())));
        moment.units().stream()
                .filter(unit -> unit.pointsAt().contains(domain.id()))
                .forEach(unit -> facts.add(Fact.link("walked by", unit.name(), tone(domain), unit.id())));
        String what = "domain, " + KindLook.word(domain.kind()).toLowerCase(Locale.ROOT);
        return new Portrait(
                domain.id(),
                domain.label(),
                what,
                facts,
                domain.freed() ? "Freed, but something still points here." : "");
    }

    private Fact domainFact(String label, OptionalInt id, String none) {
        if (id.isEmpty()) {
            return Fact.plain(label, none);
        }
        return moment.domains().stream()
                .filter(domain -> domain.id() == id.getAsInt())
                .findFirst()
                .map(domain -> Fact.link(
                        label, domain.freed() ? domain.label() + ", freed" : domain.label(), tone(domain), domain.id()))
                .orElse(Fact.bad(label, "object " + id.getAsInt() + ", gone"));
    }

    private static Tone tone(DomainView domain) {
        return domain.freed() ? Tone.DANGER : KindLook.tone(domain.kind());
    }
}
