package org.iommulab.capture.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.iommulab.capture.CapturedTopology;

/**
 * Whether a group can be handed to user space as it is, and who blocks it.
 *
 * @param group its number
 * @param type type of its default domain in the kernel's word; empty when it was not captured
 * @param viable whether no member's driver blocks it
 * @param regions its reserved regions
 * @param remarks what else there is to know before one tries, a sentence each
 * @param sentence the answer in short
 */
public record Viability(
        int group,
        String type,
        boolean viable,
        List<Member> members,
        List<CapturedTopology.Region> regions,
        List<String> remarks,
        String sentence) {
    /** drivers/vfio/group.c (v6.1: vfio_main.c): vfio_noiommu_group_alloc. */
    private static final String NO_IOMMU = "vfio-noiommu";

    /**
     * @param driver empty for none
     * @param bridge whether it has the header of a bridge, which vfio-pci refuses
     */
    public record Member(String device, String kind, String driver, boolean bridge, Standing standing) {}

    public Viability {
        members = List.copyOf(members);
        regions = List.copyOf(regions);
        remarks = List.copyOf(remarks);
    }

    /** Whether vfio-pci takes a member: bridges it refuses (vfio_pci_core_register_device). */
    public boolean hasSomethingToTake() {
        return !members.stream().allMatch(Member::bridge);
    }

    /** The members whose drivers block it. */
    public List<Member> blockers() {
        return blockers(members);
    }

    private static List<Member> blockers(List<Member> members) {
        return members.stream().filter(member -> member.standing().blocks()).toList();
    }

    static Viability of(CapturedTopology.Group group, List<Member> members, boolean intel, int release) {
        boolean viable = blockers(members).isEmpty();
        return new Viability(
                group.id(),
                group.type() == null ? "" : group.type(),
                viable,
                members,
                group.regions(),
                remarks(group, members, intel, release),
                sentence(group.id(), members));
    }

    private static String sentence(int group, List<Member> members) {
        List<Member> blockers = blockers(members);
        if (!blockers.isEmpty()) {
            String who = blockers.stream()
                    .map(member -> member.driver() + " is bound to " + member.device())
                    .collect(Collectors.joining(", "));
            return "Group " + group + " is not viable: " + who + ". It is once "
                    + (blockers.size() == 1 ? "that driver is" : "those drivers are") + " unbound.";
        }
        String staying = members.stream()
                .filter(member -> member.standing() != Standing.FREE)
                .map(member -> member.driver() + " on " + member.device() + " "
                        + (member.standing() == Standing.HANDED ? "is VFIO's own" : "leaves DMA alone"))
                .collect(Collectors.joining(", "));
        String nobody = members.size() == 1 ? "no driver is bound to its device" : "no driver is bound to its devices";
        return "Group " + group + " is viable: " + (staying.isEmpty() ? nobody : staying) + ".";
    }

    private static List<String> remarks(
            CapturedTopology.Group group, List<Member> members, boolean intel, int release) {
        var remarks = new ArrayList<String>();
        boolean bare = NO_IOMMU.equals(group.name());
        if (bare) {
            remarks.add("VFIO made it (" + NO_IOMMU
                    + ") for a device that has no IOMMU: whoever opens the device can reach any memory through it.");
        } else if (group.name() != null) {
            remarks.add("Its name is " + group.name() + ".");
        }
        if (!bare && "unknown".equals(group.type())) {
            remarks.add("Its type is unknown: there is no default domain, or one of the platform's own.");
        }
        if (members.stream().allMatch(Member::bridge)) {
            remarks.add("There is nothing in it that vfio-pci would take: it refuses bridges.");
        } else if (members.size() > 1) {
            remarks.add("Whoever gets one of its " + members.size() + " devices gets all: they are one group.");
        }
        List<CapturedTopology.Region> direct = group.regions().stream()
                .filter(region -> region.type().equals("direct"))
                .toList();
        for (CapturedTopology.Region region : direct) {
            remarks.add("The firmware wants " + region.range() + " mapped one to one for a member: "
                    + refusal(intel, release));
        }
        return remarks;
    }

    // v6.1's Intel driver: device_is_rmrr_locked; from v6.6 on the core: require_direct
    private static String refusal(boolean intel, int release) {
        boolean core = release >= 6006;
        return intel || core
                ? "the kernel refuses to hand the group out, with " + (core ? "EINVAL." : "EPERM.")
                : "whether this kernel then refuses is the driver's affair.";
    }
}
