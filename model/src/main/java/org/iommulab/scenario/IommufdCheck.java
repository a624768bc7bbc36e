package org.iommulab.scenario;

import java.util.Set;
import java.util.TreeSet;

/** What actions with iommufd may say: names that actions before have given. Sizes and addresses are the kernel's to judge. */
final class IommufdCheck {
    private final ActionCheck names;
    private final Set<String> opened = new TreeSet<>();
    private final Set<String> files = new TreeSet<>();
    private final Set<String> objects = new TreeSet<>();
    private final Set<String> accesses = new TreeSet<>();
    private final Set<String> faults = new TreeSet<>();

    IommufdCheck(ActionCheck names) {
        this.names = names;
    }

    void check(Action.Iommufd action, String at) {
        switch (action) {
            case IommufdAccessAction access -> access(access, at);
            case IommufdFaultAction fault -> fault(fault, at);
            case IommufdAction.IommufdOpen(String name) -> names.fresh(at, "iommufd", name, opened);
            case IommufdAction.IommufdDevice(String device, String name) -> {
                names.device(at, device);
                names.fresh(at, "device file", name, files);
            }
            case IommufdAction.IommufdBind(String file, String iommufd) -> {
                file(at, file);
                names.known(at + "/iommufd", "iommufd", iommufd, opened);
            }
            case IommufdAction.IommufdIoas(String iommufd, String name) -> {
                names.known(at + "/iommufd", "iommufd", iommufd, opened);
                names.fresh(at, "object", name, objects);
            }
            case IommufdAction.IommufdRanges(String ioas) -> object(at, "ioas", ioas);
            case IommufdAction.IommufdAllow allow -> object(at, "ioas", allow.ioas());
            case IommufdAction.IommufdMap map -> object(at, "ioas", map.ioas());
            case IommufdAction.IommufdCopy copy -> {
                object(at, "ioas", copy.ioas());
                object(at, "to", copy.to());
            }
            case IommufdAction.IommufdUnmap(String ioas, long _, long _) -> object(at, "ioas", ioas);
            case IommufdAction.IommufdUnmapAll(String ioas) -> object(at, "ioas", ioas);
            case IommufdAction.IommufdHwpt hwpt -> {
                file(at, hwpt.file());
                object(at, "ioas", hwpt.ioas());
                names.fresh(at, "object", hwpt.name(), objects);
            }
            case IommufdAction.IommufdNested nested -> {
                file(at, nested.file());
                object(at, "parent", nested.parent());
                names.fresh(at, "object", nested.name(), objects);
            }
            case IommufdAction.IommufdInvalidate invalidate -> object(at, "hwpt", invalidate.hwpt());
            case IommufdAction.IommufdAttach(String file, String to) -> {
                file(at, file);
                objectOrFile(at, "to", to);
            }
            case IommufdAction.IommufdDetach(String file) -> file(at, file);
            case IommufdAction.IommufdDestroy(String object) -> objectOrFile(at, "object", object);
            case IommufdAction.IommufdClose(String file) -> {
                Set<String> all = new TreeSet<>(opened);
                all.addAll(files);
                all.addAll(faults);
                names.known(at + "/file", "file", file, all);
            }
            case IommufdAction.IommufdGuestWrite(long memory, long _) -> names.wordAligned(at + "/memory", memory);
        }
    }

    private void access(IommufdAccessAction action, String at) {
        switch (action) {
            case IommufdAccessAction.IommufdAccess access -> {
                names.known(at + "/iommufd", "iommufd", access.iommufd(), opened);
                names.fresh(at, "access", access.name(), accesses);
            }
            case IommufdAccessAction.IommufdAccessAttach(String access, String ioas) -> {
                access(at, access);
                object(at, "ioas", ioas);
            }
            case IommufdAccessAction.IommufdAccessDetach(String access) -> access(at, access);
            case IommufdAccessAction.IommufdPin pin -> access(at, pin.access());
            case IommufdAccessAction.IommufdUnpin unpin -> access(at, unpin.access());
            case IommufdAccessAction.IommufdAccessClose(String access) -> access(at, access);
        }
    }

    private void fault(IommufdFaultAction action, String at) {
        switch (action) {
            case IommufdFaultAction.IommufdFault(String iommufd, String name) -> {
                names.known(at + "/iommufd", "iommufd", iommufd, opened);
                names.fresh(at, "object", name, objects);
                faults.add(name);
            }
            case IommufdFaultAction.IommufdReadFaults(String fault) -> fault(at, fault);
            case IommufdFaultAction.IommufdAnswer answer -> fault(at, answer.fault());
            case IommufdFaultAction.IommufdFaulting nested -> {
                file(at, nested.file());
                object(at, "parent", nested.parent());
                object(at, "fault", nested.fault());
                names.fresh(at, "object", nested.name(), objects);
            }
            case IommufdFaultAction.IommufdInvalidateRanges invalidate -> object(at, "hwpt", invalidate.hwpt());
            case IommufdFaultAction.IommufdDirtyTracking tracking -> object(at, "hwpt", tracking.hwpt());
            case IommufdFaultAction.IommufdDirtyBitmap bitmap -> object(at, "hwpt", bitmap.hwpt());
            case IommufdFaultAction.IommufdHwInfo(String file) -> file(at, file);
        }
    }

    private void access(String at, String name) {
        names.known(at + "/access", "access", name, accesses);
    }

    private void fault(String at, String name) {
        names.known(at + "/fault", "fault queue", name, faults);
    }

    private void file(String at, String name) {
        names.known(at + "/file", "device file", name, files);
    }

    private void object(String at, String field, String name) {
        names.known(at + "/" + field, "object", name, objects);
    }

    private void objectOrFile(String at, String field, String name) {
        Set<String> all = new TreeSet<>(objects);
        all.addAll(files);
        names.known(at + "/" + field, "object", name, all);
    }
}
