using System.Text.Json;

namespace Berth.Packaging.Manifest;

/// <summary>Checks <c>events</c> and keeps it as written.</summary>
internal static class EventsSection
{
    public static JsonElement? Read(ManifestObject root)
    {
        if (root.Object("events") is not { } events)
        {
            return null;
        }

        if (events.Object("lifecycle") is { } lifecycle)
        {
            foreach (var member in (string[])["beforeLoad", "afterLoad", "beforeUnload", "onError"])
            {
                // A handler's name, several, or yes and no.
                if (lifecycle.Find(member, "a handler's name, a list of names, true or false", JsonValueKind.String, JsonValueKind.Array, JsonValueKind.True, JsonValueKind.False) is { ValueKind: JsonValueKind.Array })
                {
                    lifecycle.Texts(member, 256);
                }
                else if (lifecycle.Find(member) is { ValueKind: JsonValueKind.String })
                {
                    lifecycle.Text(member, 256, min: 1);
                }
            }

            lifecycle.RefuseUnknown();
        }

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
