package org.iommulab.handover;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.iommulab.bus.Device;
import org.iommulab.conform.Answer;
import org.iommulab.conform.CapturedMachine;
import org.iommulab.conform.Verbs;
import org.iommulab.core.Group;

/** What an administrator and a program of his do on the machine, in the words of the experiments' scripts. */
final class Session {
    private static final Pattern RANGE = Pattern.compile("iova=\\[0x([0-9a-f]+)-0x([0-9a-f]+)]");
    private static final Pattern STATUS = Pattern.compile("flags=0x[0-9a-f]+ viable=(\\d).*");

    private final CapturedMachine machine;
    private final Verbs verbs;

    Session(CapturedMachine machine) {
        this.machine = machine;
        this.verbs = new Verbs(machine);
    }

    long run(String command) {
        return answer(command).error();
    }

    private Answer answer(String command) {
        return verbs.run(Arrays.asList(command.split(" ")));
    }

    Device device(String name) {
        return machine.device(name).orElseThrow();
    }

    Optional<Group> group(String name) {
        return machine.device(name).flatMap(Group::of);
    }

    Optional<String> driver(String name) {
        return machine.device(name).flatMap(Device::driverName);
    }

    /** Members of a device's group whose drivers do DMA through its default domain, and itself with any driver but this. */
    List<Device> inTheWay(String name, String wanted) {
        var found = new ArrayList<Device>();
        for (Device member : group(name).map(group -> group.devices().toList()).orElse(List.of(device(name)))) {
            boolean own = member.label().equals(name);
            boolean blocks = member.driver()
                    .get()
                    .filter(driver -> own ? !driver.name().equals(wanted) : !driver.managesDma())
                    .isPresent();
            if (blocks) {
                found.add(member);
            }
        }
        return found;
    }

    /** Whether the group is viable; empty when the question failed. */
    Optional<Boolean> viable(String group) {
        return answer("g.status " + group).output().stream()
                .map(STATUS::matcher)
                .filter(Matcher::matches)
                .map(status -> status.group(1).equals("1"))
                .findFirst();
    }

    /** Where so many bytes can be mapped, from an address on that looks like one; empty where there is no room. */
    Optional<Long> room(String container, long from, long bytes) {
        for (String line : answer("c.info " + container).output()) {
            Matcher range = RANGE.matcher(line);
            while (range.find()) {
                long start = Math.max(Long.parseUnsignedLong(range.group(1), 16), from);
                long last = Long.parseUnsignedLong(range.group(2), 16);
                if (Long.compareUnsigned(start + 2 * bytes - 1, last) <= 0) {
                    return Optional.of(start);
                }
            }
        }
        return Optional.empty();
    }

    /** The device reads or writes; how many bytes went through. */
    long access(String name, boolean write, long address, long bytes) {
        return machine.access(device(name), write, address, bytes);
    }
}
