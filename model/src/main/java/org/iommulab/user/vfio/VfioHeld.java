package org.iommulab.user.vfio;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.sim.SimObject;
import org.iommulab.user.held.Held;
import org.iommulab.user.held.Held.Note;
import org.iommulab.user.held.HeldKind;
import org.iommulab.user.iommufd.IommufdDevice;

/** Tells of VFIO's open files, for those who look. */
final class VfioHeld {
    private VfioHeld() {}

    static Held of(VfioContainer container) {
        var notes = new ArrayList<Note>();
        notes.add(Note.of("type", type(container)));
        for (VfioGroup group : container.groups().toList().reversed()) {
            notes.add(note("group", group.label(), group.iommuGroup().get()));
        }
        List<IommuDomain> domains = container.iommu().get().stream()
                .flatMap(data -> data.domains().toList().reversed().stream())
                .map(Type1Domain::domain)
                .toList();
        domains.forEach(domain -> notes.add(Note.of("feeds", domain, domain.label())));
        int mappings =
                container.iommu().get().map(data -> data.entries().count()).orElse(0);
        container.iommu().get().ifPresent(data -> {
            notes.add(Note.of("mappings", Integer.toString(mappings)));
            notes.add(Note.of("mappings left", Long.toString(data.available().get())));
        });
        String state = container.iommu().isNull()
                ? type(container)
                : type(container) + " · " + mappings + (mappings == 1 ? " mapping" : " mappings");
        return new Held(
                container,
                HeldKind.CONTAINER,
                Vfio.CONTAINER,
                state,
                container.isClosed(),
                Optional.empty(),
                List.copyOf(domains),
                notes);
    }

    private static String type(VfioContainer container) {
        if (container.isNoIommuSet()) {
            return "no IOMMU";
        }
        return container
                .iommu()
                .get()
                .map(data -> data.isNesting() ? "type1 nesting" : data.isV2() ? "type1 v2" : "type1")
                .orElse("no type yet");
    }

    private static Note note(String label, String value, Optional<? extends SimObject> object) {
        return object.isPresent() ? Note.of(label, object.get(), value) : Note.of(label, value);
    }

    static Held of(VfioGroupFile file, VfioGroup group) {
        Optional<Group> own = group.iommuGroup().get();
        var notes = new ArrayList<Note>();
        notes.add(note("group", own.map(Group::label).orElse("no vfio driver has a member"), own));
        notes.add(note(
                "container",
                group.container().isNull() ? "in none" : Vfio.CONTAINER,
                group.container().get()));
        group.devices()
                .toList()
                .reversed()
                .forEach(device -> notes.add(
                        Note.of("device", device.device(), device.device().label())));
        var on = new ArrayList<SimObject>(own.stream().toList());
        if (group.isNoIommu()) { // a group that is only VFIO's
            group.devices().toList().forEach(device -> on.add(device.device()));
        }
        String state = group.container().isNull() ? "in no container" : "in a container";
        return new Held(
                file,
                HeldKind.GROUP_FILE,
                group.path(),
                state,
                file.isClosed(),
                group.container().get().map(c -> c),
                on,
                notes);
    }

    static Held of(VfioDeviceFile file) {
        VfioDevice device = file.device();
        return new Held(
                file,
                HeldKind.DEVICE_FILE,
                "file",
                master(device),
                file.isClosed(),
                device.group().container().get().map(c -> c),
                List.of(device.device()),
                List.of(
                        Note.of("device", device.device(), device.device().label()),
                        Note.of("open files", Long.toString(device.openCount())),
                        Note.of("bus master", device.isBusMaster() ? "on" : "off")));
    }

    static Held of(VfioCdevFile file, VfioDevice device) {
        Optional<IommufdDevice> bound = file.bound();
        Device own = device.device();
        return new Held(
                file,
                HeldKind.CDEV_FILE,
                "vfio" + device.index(),
                bound.isPresent() ? master(device) : "not bound yet",
                file.isClosed(),
                bound.map(each -> each.ctx()),
                List.of(own),
                List.of(
                        Note.of("path", file.label()),
                        Note.of("device", own, own.label()),
                        note(
                                "bound as",
                                bound.map(each -> "device " + each.number()).orElse("not bound"),
                                bound),
                        Note.of("bus master", device.isBusMaster() ? "on" : "off")));
    }

    private static String master(VfioDevice device) {
        return device.pci().isEmpty() ? "open" : device.isBusMaster() ? "bus master" : "no bus master";
    }
}
