package org.iommulab.scenario;

import java.util.Optional;
import java.util.OptionalLong;
import org.iommulab.board.ConfigValue;
import org.iommulab.json.Spelling;

/** What to call an action that its scenario gives no title. */
public final class ActTitle {
    private ActTitle() {}

    public static String of(Act act) {
        return act.title().orElseGet(() -> of(act.action()));
    }

    /** {@code Bind 12c10000.mixer}. */
    public static String of(Action action) {
        return switch (action) {
            case Action.Boot _ -> "Boot";
            case Action.RegisterDriver(String driver) -> "Register " + driver;
            case Action.AddDevice(String device) -> device + " shows up";
            case Action.RemoveDevice(String device) -> device + " goes away";
            case Action.Bind(String device, Optional<String> driver) ->
                "Bind " + device + driver.map(name -> " to " + name).orElse("");
            case Action.Unbind(String device) -> "Unbind " + device;
            case Action.VfioBind(String device) -> "Bind " + device + " to vfio";
            case Action.SetOverride(String device, Optional<String> driver) ->
                driver.map(name -> "Only " + name + " may have " + device)
                        .orElseGet(() -> "Any driver may have " + device);
            case Action.SysfsBind(String device, String driver) -> "Write " + device + " to bind of " + driver;
            case Action.SysfsUnbind(String device) -> "Write " + device + " to unbind";
            case Action.DriversProbe(String device) -> "Write " + device + " to drivers_probe";
            case Action.SetGroupType(String device, String type) ->
                "Write '" + type + "' to the type of the group of " + device;
            case Action.PciRescan _ -> "Rescan PCI";
            case Action.SetNumVfs(String device, int count) ->
                "Ask " + device + " for " + count + (count == 1 ? " virtual function" : " virtual functions");
            case Action.SetVfAutoprobe(String device, ConfigValue probe) ->
                (probe.isYes() ? "Offer" : "Do not offer") + " the virtual functions of " + device + " to drivers";
            case Action.ReadFile(String device, Action.UserFile file) ->
                "Read " + Spelling.constant(file) + " of " + device;
            case Action.ListGroups _ -> "Look at all groups";
            case Action.VfioInfo(String container) -> "Ask for the limits of '" + container + "'";
            case Action.VfioBusMaster(String file, ConfigValue on) ->
                "Switch bus mastering of '" + file + (on.isYes() ? "' on" : "' off");
            case Action.VfioReset(String file) -> "Reset '" + file + "'";
            case Action.VfioContainer(String name) -> "Open container '" + name + "'";
            case Action.VfioGroup(String device, String name) -> "Open the group of " + device + " as '" + name + "'";
            case Action.VfioStatus(String group) -> "Ask for the status of '" + group + "'";
            case Action.VfioSetContainer(String group, String container) ->
                "Put '" + group + "' into '" + container + "'";
            case Action.VfioUnsetContainer(String group) -> "Take '" + group + "' out of its container";
            case Action.VfioSetIommu(String container, Action.VfioType type) ->
                "Make '" + container + "' an address space (" + Spelling.constant(type) + ")";
            case Action.VfioMap map -> "Map " + hex(map.iova()) + " in '" + map.container() + "'";
            case Action.VfioUnmap(String container, long iova, long _) ->
                "Unmap " + hex(iova) + " in '" + container + "'";
            case Action.VfioUnmapAll(String container) -> "Unmap everything in '" + container + "'";
            case Action.VfioDevice(String _, String device, String name) -> "Open " + device + " as '" + name + "'";
            case Action.VfioClose(String file) -> "Close '" + file + "'";
            case Action.Iommufd call -> IommufdTitle.of(call);
            case Action.Pasid call -> PasidTitle.of(call);
            case MsiAction.RequestMsi(String device) -> "Interrupts for " + device;
            case MsiAction.RaiseMsi(String device) -> device + " raises an interrupt";
            case ListAction.MapList map ->
                "Map '" + map.name() + "', a list of " + map.pieces().size() + ", for " + map.device();
            case ListAction.UnmapList(String name) -> "Unmap '" + name + "'";
            case Action.Resume(String device) -> device + " wakes up";
            case Action.Suspend(String device) -> device + " goes to sleep";
            case Action.DrmBind _ -> "The DRM master binds";
            case Action.DrmUnbind _ -> "The DRM master lets go";
            case Action.Display(String device, Action.Pattern pattern) ->
                device + " shows a picture (" + Spelling.constant(pattern) + ")";
            case Action.AllocateBuffer(String device, int pages, String name) ->
                "Allocate '" + name + "', " + pages(pages) + ", for " + device;
            case Action.MapBuffer map ->
                "Map '" + map.name() + "', "
                        + (map.bytes().isPresent() ? map.length() + " bytes" : pages(map.pages())) + ", for "
                        + map.device();
            case Action.ReadMemory(String buffer, OptionalLong _) -> "The CPU reads '" + buffer + "'";
            case Action.DmaRead(String device, String buffer, OptionalLong _) ->
                device + " reads a word of '" + buffer + "'";
            case Action.UnmapBuffer(String name) -> "Unmap '" + name + "'";
            case Action.Dma dma ->
                dma.device()
                        + (dma.access().orElse(Action.Access.READ) == Action.Access.READ ? " reads " : " writes ")
                        + dma.buffer()
                                .map(name -> "'" + name + "'")
                                .orElseGet(() -> hex(dma.address().orElse(0)));
            case Action.NewDomain(String name) -> "Make domain '" + name + "'";
            case Action.AttachDomain(String device, String domain) -> "Attach " + device + " to '" + domain + "'";
            case Action.DetachDomain(String device, String domain) -> "Detach " + device + " from '" + domain + "'";
            case Action.AttachGroup(String device, String domain) ->
                "Attach the group of " + device + " to '" + domain + "'";
            case Action.DetachGroup(String device, String domain) ->
                "Detach the group of " + device + " from '" + domain + "'";
            case Action.Map map -> "Map " + hex(map.iova()) + " to " + hex(map.pa()) + " in '" + map.domain() + "'";
            case Action.Unmap(String domain, long iova, long _) -> "Unmap " + hex(iova) + " in '" + domain + "'";
            case Action.IovaToPhys(String domain, long iova) -> "Ask '" + domain + "' for " + hex(iova);
            case Action.FreeDomain(String domain) -> "Free domain '" + domain + "'";
            case Action.NewMapping(String name, long _, long _) -> "Make mapping '" + name + "'";
            case Action.ArmAttach(String device, Optional<String> mapping) ->
                "Attach " + device + " to "
                        + mapping.map(name -> "'" + name + "'").orElse("its own mapping");
            case Action.ArmDetach(String device) -> "Detach " + device + " from its mapping";
            case Action.ReleaseMapping(Optional<String> mapping, Optional<String> device) ->
                "Release "
                        + mapping.map(name -> "mapping '" + name + "'")
                                .orElseGet(() -> "the mapping of " + device.orElse("nobody"));
            case Action.ClaimDmaOwner(String device, Optional<String> _) -> "Claim the group of " + device;
            case Action.ReleaseDmaOwner(String device) -> "Release the group of " + device;
            case Action.SetFaultHandler _ -> "Install a fault handler";
            case Action.WriteRegister(String unit, long offset, long value) ->
                "Write " + hex(value) + " to " + hex(offset) + " of " + unit;
            case Action.Drain _ -> "The work queue runs";
            case Action.Wait(int ms) -> "Wait " + ms + " ms";
        };
    }

    private static String pages(int pages) {
        return pages == 1 ? "1 page" : pages + " pages";
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
