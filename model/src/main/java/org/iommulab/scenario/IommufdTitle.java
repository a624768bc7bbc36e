package org.iommulab.scenario;

/** What to call an action with iommufd that its scenario gives no title. */
final class IommufdTitle {
    private IommufdTitle() {}

    static String of(Action.Iommufd action) {
        return switch (action) {
            case IommufdAccessAction access -> of(access);
            case IommufdFaultAction fault -> of(fault);
            case IommufdAction.IommufdOpen(String name) -> "Open /dev/iommu as '" + name + "'";
            case IommufdAction.IommufdDevice(String device, String name) ->
                "Open " + device + "'s own file as '" + name + "'";
            case IommufdAction.IommufdBind(String file, String iommufd) -> "Bind '" + file + "' to '" + iommufd + "'";
            case IommufdAction.IommufdIoas(String _, String name) -> "Make address space '" + name + "'";
            case IommufdAction.IommufdRanges(String ioas) -> "Ask what '" + ioas + "' can map";
            case IommufdAction.IommufdAllow allow -> "Keep addresses of '" + allow.ioas() + "' usable";
            case IommufdAction.IommufdMap map ->
                map.iova().isPresent()
                        ? "Map " + hex(map.iova().getAsLong()) + " in '" + map.ioas() + "'"
                        : "Map somewhere in '" + map.ioas() + "'";
            case IommufdAction.IommufdCopy copy ->
                "Copy " + hex(copy.iova()) + " of '" + copy.ioas() + "' to '" + copy.to() + "'";
            case IommufdAction.IommufdUnmap(String ioas, long iova, long _) ->
                "Unmap " + hex(iova) + " in '" + ioas + "'";
            case IommufdAction.IommufdUnmapAll(String ioas) -> "Unmap everything in '" + ioas + "'";
            case IommufdAction.IommufdHwpt hwpt -> "Make page table '" + hwpt.name() + "'";
            case IommufdAction.IommufdNested nested ->
                "Make page table '" + nested.name() + "' on '" + nested.parent() + "'";
            case IommufdAction.IommufdInvalidate(String hwpt, long iova, long _) ->
                "Invalidate " + hex(iova) + " of '" + hwpt + "'";
            case IommufdAction.IommufdAttach(String file, String to) -> "Attach '" + file + "' to '" + to + "'";
            case IommufdAction.IommufdDetach(String file) -> "Detach '" + file + "'";
            case IommufdAction.IommufdDestroy(String object) -> "Destroy '" + object + "'";
            case IommufdAction.IommufdClose(String file) -> "Close '" + file + "'";
            case IommufdAction.IommufdGuestWrite(long memory, long _) -> "The guest writes at " + hex(memory);
        };
    }

    private static String of(IommufdAccessAction action) {
        return switch (action) {
            case IommufdAccessAction.IommufdAccess access -> "Bind mediated device '" + access.name() + "'";
            case IommufdAccessAction.IommufdAccessAttach(String access, String ioas) ->
                "Attach '" + access + "' to '" + ioas + "'";
            case IommufdAccessAction.IommufdAccessDetach(String access) -> "Detach '" + access + "'";
            case IommufdAccessAction.IommufdPin pin -> "'" + pin.access() + "' pins " + hex(pin.iova());
            case IommufdAccessAction.IommufdUnpin unpin -> "'" + unpin.access() + "' unpins " + hex(unpin.iova());
            case IommufdAccessAction.IommufdAccessClose(String access) -> "Close '" + access + "'";
        };
    }

    private static String of(IommufdFaultAction action) {
        return switch (action) {
            case IommufdFaultAction.IommufdFault(String _, String name) -> "Make fault queue '" + name + "'";
            case IommufdFaultAction.IommufdReadFaults(String fault) -> "Read '" + fault + "'";
            case IommufdFaultAction.IommufdAnswer answer -> "Answer page requests " + answer.cookie();
            case IommufdFaultAction.IommufdFaulting nested ->
                "Make page table '" + nested.name() + "' with faults to '" + nested.fault() + "'";
            case IommufdFaultAction.IommufdInvalidateRanges invalidate -> "Invalidate '" + invalidate.hwpt() + "'";
            case IommufdFaultAction.IommufdDirtyTracking tracking ->
                (tracking.on().isYes() ? "Track" : "Stop tracking") + " writes to '" + tracking.hwpt() + "'";
            case IommufdFaultAction.IommufdDirtyBitmap bitmap -> "Ask what was written to in '" + bitmap.hwpt() + "'";
            case IommufdFaultAction.IommufdHwInfo(String file) -> "Ask about the IOMMU of '" + file + "'";
        };
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
