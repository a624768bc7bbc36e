package org.iommulab.scenario;

import org.iommulab.core.OpsTable;

/** What to call an action with PASIDs that its scenario gives no title. */
final class PasidTitle {
    private PasidTitle() {}

    static String of(Action.Pasid action) {
        return switch (action) {
            case PasidAction.AttachPasid(String device, int pasid, String domain) ->
                "Attach PASID " + pasid + " of " + device + " to '" + domain + "'";
            case PasidAction.DetachPasid(String device, int pasid, String domain) ->
                "Detach PASID " + pasid + " of " + device + " from '" + domain + "'";
            case PasidAction.NewProcess(String name) -> "Process '" + name + "' starts";
            case PasidAction.ProcessMap map -> "'" + map.process() + "' uses 0x" + Long.toHexString(map.address());
            case PasidAction.ProcessReserve reserve ->
                "'" + reserve.process() + "' asks for 0x" + Long.toHexString(reserve.address());
            case PasidAction.EnableFeature(String device, OpsTable.Feature feature) ->
                "Switch on " + feature + " of " + device;
            case PasidAction.DisableFeature(String device, OpsTable.Feature feature) ->
                "Switch off " + feature + " of " + device;
            case PasidAction.ProcessUnmap(String process, long address, long _) ->
                "'" + process + "' gives 0x" + Long.toHexString(address) + " back";
            case PasidAction.SvaBind(String device, String process, String _) ->
                "Bind " + device + " to '" + process + "'";
            case PasidAction.SvaUnbind(String bond) -> "Unbind '" + bond + "'";
        };
    }
}
