package org.iommulab.scenario;

import java.util.Set;
import java.util.TreeSet;
import org.iommulab.core.OpsTable;

/** What actions with PASIDs and processes may say. Which PASIDs there are is the kernel's to judge. */
final class PasidCheck {
    private static final int MOST = 1 << 20;

    private final ActionCheck names;
    private final Set<String> processes = new TreeSet<>();
    private final Set<String> bonds = new TreeSet<>();

    PasidCheck(ActionCheck names) {
        this.names = names;
    }

    void check(Action.Pasid action, String at) {
        switch (action) {
            case PasidAction.AttachPasid(String device, int pasid, String domain) ->
                attachment(at, device, pasid, domain);
            case PasidAction.DetachPasid(String device, int pasid, String domain) ->
                attachment(at, device, pasid, domain);
            case PasidAction.NewProcess(String name) -> names.fresh(at, "process", name, processes);
            case PasidAction.ProcessMap map -> {
                process(at, map.process());
                names.range(at, "address", map.address(), map.size());
            }
            case PasidAction.ProcessReserve reserve -> {
                process(at, reserve.process());
                names.range(at, "address", reserve.address(), reserve.size());
            }
            case PasidAction.EnableFeature(String device, OpsTable.Feature _) -> names.device(at, device);
            case PasidAction.DisableFeature(String device, OpsTable.Feature _) -> names.device(at, device);
            case PasidAction.ProcessUnmap(String process, long address, long size) -> {
                process(at, process);
                names.range(at, "address", address, size);
            }
            case PasidAction.SvaBind(String device, String process, String name) -> {
                names.device(at, device);
                process(at, process);
                names.name(at, name);
                bonds.add(name);
            }
            case PasidAction.SvaUnbind(String bond) -> names.known(at + "/bond", "bond", bond, bonds);
        }
    }

    private void attachment(String at, String device, int pasid, String domain) {
        names.device(at, device);
        names.domain(at, domain);
        pasid(at, pasid);
    }

    /** A PASID has 20 bits. */
    void pasid(String at, int pasid) {
        names.between(at + "/pasid", pasid, 0, MOST - 1);
    }

    private void process(String at, String name) {
        names.known(at + "/process", "process", name, processes);
    }
}
