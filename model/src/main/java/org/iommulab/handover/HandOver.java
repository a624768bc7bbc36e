package org.iommulab.handover;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.AcsOverride;
import org.iommulab.capture.machine.AskedMachine;
import org.iommulab.capture.machine.MachineFile;
import org.iommulab.conform.CapturedMachine;
import org.iommulab.core.Group;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelDeath;

/** Hands a device of a captured machine to a program of user space, lets it do DMA, and gives it back. */
public final class HandOver {
    private static final String VFIO_PCI = "vfio-pci";
    private static final int TYPE1_V2 = 3;
    private static final long IOVA = 0x10_0000;
    private static final long SIZE = 64 << 10;
    private static final long ACCESS = 8;

    private final String name;
    private final Session session;
    private final Teller teller;
    private final List<Bound> before = new ArrayList<>();
    private final Deque<String> open = new ArrayDeque<>();
    private Optional<String> refusal = Optional.empty();
    private long iova = IOVA;

    /** A device that was freed, and the driver that it had. */
    private record Bound(String device, String driver) {}

    private HandOver(String name, CapturedMachine machine, Teller teller) {
        this.name = name;
        this.session = new Session(machine);
        this.teller = teller;
    }

    /** There is nothing on the lab's machine that could be handed over; the message says why. */
    public static final class CannotBegin extends IOException {
        private static final long serialVersionUID = 1;

        CannotBegin(String message) {
            super(message);
        }
    }

    /**
     * Boots the machine and plays it all.
     *
     * @param name of a PCI function
     * @param override what the kernel shall believe of its ACS
     * @throws CannotBegin when there is no such PCI function
     * @throws IOException when the file says what the lab cannot build
     */
    public static HandedRun play(MachineFile file, String name, AcsOverride override) throws IOException {
        long begin = System.nanoTime();
        boolean patched = !override.isNone() || AskedMachine.of(file).isOverridden();
        String commandLine = override.isNone()
                ? file.commandLine()
                : file.commandLine() + " " + AcsOverride.OPTION + override.text();
        CapturedMachine machine = CapturedMachine.of(file, commandLine, patched);
        var teller = new Teller(machine.world().kernel());
        var story = new HandOver(name, machine, teller);
        Optional<KernelDeath> death = Optional.empty();
        try {
            teller.tell("Boot", Words.boot(file), () -> {
                machine.boot();
                return 0;
            });
            story.makeVirtualFunctions(machine);
            if (machine.device(name).isEmpty()) {
                throw new CannotBegin(name + ": the lab finds no such PCI function when it boots this machine"
                        + (file.cut().isEmpty()
                                ? ""
                                : "; of " + file.cut().size() + " functions only the header was readable,"
                                        + " so that what makes virtual ones is not known: capture it with rights"));
            }
            story.handOver();
            story.giveBack();
        } catch (KernelDeath kernelDeath) {
            death = Optional.of(kernelDeath);
        }
        return new HandedRun(
                file, name, machine.world(), teller.chapters(), story.refusal, death, System.nanoTime() - begin);
    }

    /** Whether this went well; what went before must have. */
    private boolean goes(String title, String words, String command) {
        if (refusal.isPresent()) {
            return false;
        }
        long result = teller.tell(title, words, () -> session.run(command));
        if (result < 0) {
            refusal = Optional.of(title + ": " + Errno.describe(result));
        }
        return result >= 0;
    }

    /** Those that the machine had when it was captured; after a boot there are none. */
    private void makeVirtualFunctions(CapturedMachine machine) {
        machine.capturedVirtualFunctions()
                .forEach((physical, count) -> teller.tell(
                        count == 1
                                ? "Make a virtual function of " + shortly(physical)
                                : "Make " + count + " virtual functions of " + shortly(physical),
                        Words.VIRTUAL,
                        () -> machine.setVirtualFunctions(physical, Integer.toString(count))));
    }

    // ---- there

    private void handOver() {
        teller.tell("Load vfio-pci", Words.LOAD, () -> session.run("sh modprobe vfio-pci"));
        free();
        goes("Only vfio-pci may have it", Words.OVERRIDE, "override " + name + " " + VFIO_PCI);
        goes("Bind it to vfio-pci", Words.BIND, "bind " + name + " " + VFIO_PCI);
        // on arm64 a device has a group only since a driver tried it
        free();
        if (opens("c", "Open a container", Words.CONTAINER, "/dev/vfio/vfio")) {
            Optional<Group> group = session.group(name);
            String number = group.map(found -> Integer.toString(found.number())).orElse("?");
            opens("g", "Open group " + number, Words.GROUP, "/dev/vfio/" + number);
        }
        askForStatus();
        goes("Put it into the container", Words.CLAIM, "g.setc g c");
        goes("Make an address space", Words.SET_IOMMU, "c.setiommu c " + TYPE1_V2);
        if (refusal.isEmpty()) {
            map();
        }
        if (refusal.isEmpty() && opens("d", "Open the device", Words.DEVICE, "")) {
            access();
        }
    }

    private void free() {
        for (Device member : session.inTheWay(name, VFIO_PCI)) {
            String driver = member.driverName().orElse("");
            before.add(new Bound(member.label(), driver));
            goes(
                    "Free " + shortly(member.label()) + " of " + driver,
                    Words.unbind(member.label(), driver, member.label().equals(name)),
                    "unbind " + member.label());
        }
    }

    /** @param path empty for the device, whose file the group gives */
    private boolean opens(String file, String title, String words, String path) {
        boolean opened =
                goes(title, words, path.isEmpty() ? "d.get " + file + " g " + name : "open " + file + " " + path);
        if (opened) {
            open.push(file);
        }
        return opened;
    }

    private void askForStatus() {
        if (refusal.isEmpty()) {
            teller.tell(
                    "Is the group viable",
                    Words.STATUS,
                    () -> session.viable("g").map(viable -> viable ? 1L : 0L).orElse((long) Errno.ENODEV.negative()));
        }
    }

    private void map() {
        long result = teller.tell(
                "Which addresses are free",
                Words.INFO,
                () -> session.room("c", IOVA, SIZE)
                        .map(found -> iova = found)
                        .map(_ -> 0L)
                        .orElse((long) Errno.ENOSPC.negative()));
        if (result < 0) {
            refusal = Optional.of("there is no room for a mapping");
            return;
        }
        goes("Map 64 KiB at " + hex(iova), Words.MAP, "c.map c " + hex(iova) + " " + hex(SIZE) + " 0");
    }

    private void access() {
        goes("Let it begin accesses", Words.BUS_MASTER, "d.busmaster d 1");
        dma("It writes to " + hex(iova), Words.DMA, true, iova);
        dma("It reads from " + hex(iova), Words.DMA_READ, false, iova);
        dma("It writes to " + hex(iova + SIZE), Words.OUTSIDE, true, iova + SIZE);
        goes("Unmap " + hex(iova), Words.UNMAP, "c.unmap c " + hex(iova) + " " + hex(SIZE));
        dma("It writes there again", Words.GONE, true, iova);
    }

    /** That an access is refused is no refusal of the hand-over. */
    private void dma(String title, String words, boolean write, long address) {
        teller.tell(title, words, () -> session.access(name, write, address, ACCESS));
    }

    // ---- and back

    private void giveBack() {
        while (!open.isEmpty()) {
            String file = open.pop();
            teller.tell(Words.closing(file), Words.close(file), () -> session.run("close " + file));
        }
        if (session.driver(name).filter(VFIO_PCI::equals).isPresent()) {
            teller.tell("Unbind it from vfio-pci", Words.UNBIND_VFIO, () -> session.run("unbind " + name));
        }
        teller.tell("Any driver may have it", Words.CLEAR, () -> session.run("override " + name + " -"));
        for (Bound bound : before.reversed()) {
            teller.tell(
                    bound.driver() + " gets " + shortly(bound.device()) + " back",
                    Words.BACK,
                    () -> session.run("bind " + bound.device() + " " + bound.driver()));
        }
    }

    /** Without the domain where it is the usual one, as lspci has it. */
    private static String shortly(String device) {
        return device.startsWith("0000:") ? device.substring("0000:".length()) : device;
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
