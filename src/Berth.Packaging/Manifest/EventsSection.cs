using System.Text.Json;

namespace Berth.Packaging.Manifest;

/// <summary>Checks <c>events</c> and keeps it as written.</summary>
internal static class EventsSection
{
    public static JsonElement? Read(ManifestObject root, out LifecycleHooksManifest hooks)
    {
        hooks = new LifecycleHooksManifest();
        if (root.Object("events") is not { } events)
        {
            return null;
        }

        hooks = LifecycleHooksSection.Read(events.Object("lifecycle"));
        ReadCustom(events);
        events.RefuseUnknown();
        return root.Find("events")?.Clone();
    }

    private static void ReadCustom(ManifestObject events)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (item, pointer) in events.Items("custom"))
        {
            var name = item.ValueKind switch
            {
                JsonValueKind.String => ManifestText.Check(item, pointer, 1, 128, events.Faults),
                JsonValueKind.Object => new ManifestObject(item, pointer, events.Faults).Text("name", 128, min: 1, required: true),
                _ => null,
            };
            if (item.ValueKind is not (JsonValueKind.String or JsonValueKind.Object))
            {
                events.Faults.Add(ManifestFaultCodes.Type, pointer, "An event is its name, or an object with a 'name'.");
            }
            else if (name is not null && !names.Add(name))
            {
                events.Faults.Add(ManifestFaultCodes.ListDuplicate, pointer, $"The event {ManifestFaults.Quote(name)} is declared twice. Keep one.");
            }
        }
    }
}
