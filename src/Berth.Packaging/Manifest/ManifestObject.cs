using System.Text.Json;

namespace Berth.Packaging.Manifest;

/// <summary>
/// One JSON object of the manifest while it is read: each call asks for one member, reports what is wrong with it, and
/// remembers that it is known, so that <see cref="RefuseUnknown"/> can name the rest.
/// </summary>
internal sealed class ManifestObject(JsonElement element, string pointer, ManifestFaults faults)
{
    private const int MaxItems = 1000;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public string Pointer => pointer;

    public ManifestFaults Faults => faults;

    public IReadOnlyCollection<string> Known => _known;

    public IEnumerable<JsonProperty> Members => element.EnumerateObject();

    public string PointerTo(string member) => JsonPointer.Append(pointer, member);

    public void Fault(string code, string member, string message) => faults.Add(code, PointerTo(member), message);

    public JsonElement? Find(string member)
    {
        _known.Add(member);
        return element.TryGetProperty(member, out var value) ? value : null;
    }

    /// <summary>The member if it has one of the kinds; any other kind is a fault.</summary>
    public JsonElement? Find(string member, string expected, params ReadOnlySpan<JsonValueKind> kinds)
    {
        if (Find(member) is not { } value)
        {
            return null;
        }

        if (kinds.Contains(value.ValueKind))
        {
            return value;
        }

        Fault(ManifestFaultCodes.Type, member, $"'{member}' must be {expected}.");
        return null;
    }

    /// <summary>The member as it was written, independent of the document's life.</summary>
    public JsonElement? Copy(string member, string expected, params ReadOnlySpan<JsonValueKind> kinds) => Find(member, expected, kinds)?.Clone();

    public string? Text(string member, int max, int min = 0, bool required = false)
    {
        if (Find(member, "a text", JsonValueKind.String) is { } value)
        {
            return ManifestText.Check(value, PointerTo(member), min, max, faults);
        }

        if (required && !element.TryGetProperty(member, out _))
        {
            Missing(member);
        }

        return null;
    }

    /// <summary>A text that <paramref name="accept"/> takes; otherwise a fault with the given code and advice.</summary>
    public string? Text(string member, int max, Func<string, bool> accept, string code, string advice, bool required = false)
    {
        if (Text(member, max, min: 0, required) is not { } text)
        {
            return null;
        }

        if (accept(text))
        {
            return text;
        }

        Fault(code, member, $"{ManifestFaults.Quote(text)} is not allowed as '{member}'. {advice}");
        return null;
    }

    public string? Choice(string member, params ReadOnlySpan<string> choices)
    {
        if (Text(member, 64) is not { } text)
        {
            return null;
        }

        if (choices.Contains(text))
        {
            return text;
        }

        Fault(ManifestFaultCodes.Choice, member, $"{ManifestFaults.Quote(text)} is not allowed as '{member}'. Write {string.Join(", ", choices.ToArray())}.");
        return null;
    }

    public bool? Flag(string member) => Find(member, "true or false", JsonValueKind.True, JsonValueKind.False)?.GetBoolean();

    public int? Whole(string member, int min, int max)
    {
        if (Find(member, "a number", JsonValueKind.Number) is not { } value)
        {
            return null;
        }

        if (value.TryGetInt32(out var number) && number >= min && number <= max)
        {
            return number;
        }

        Fault(ManifestFaultCodes.Range, member, $"'{member}' must be a whole number from {min} to {max}.");
        return null;
    }

    public IReadOnlyList<string> Texts(string member, int max, bool distinct = false)
    {
        var texts = new List<string>();
        foreach (var (item, itemPointer) in Items(member))
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                faults.Add(ManifestFaultCodes.Type, itemPointer, $"Every item of '{member}' must be a text.");
            }
            else if (ManifestText.Check(item, itemPointer, 1, max, faults) is { } text)
            {
                if (distinct && texts.Contains(text, StringComparer.Ordinal))
                {
                    faults.Add(ManifestFaultCodes.ListDuplicate, itemPointer, $"{ManifestFaults.Quote(text)} occurs twice in '{member}'. Keep one.");
                }

                texts.Add(text);
            }
        }

        return texts;
    }

    public ManifestObject? Object(string member) =>
        Find(member, "an object", JsonValueKind.Object) is { } value ? new(value, PointerTo(member), faults) : null;

    public IEnumerable<ManifestObject> Objects(string member)
    {
        foreach (var (item, itemPointer) in Items(member))
        {
            if (item.ValueKind == JsonValueKind.Object)
            {
                yield return new(item, itemPointer, faults);
            }
            else
            {
                faults.Add(ManifestFaultCodes.Type, itemPointer, $"Every item of '{member}' must be an object.");
            }
        }
    }

    public IEnumerable<(JsonElement Item, string Pointer)> Items(string member)
    {
        if (Find(member, "a list", JsonValueKind.Array) is not { } list)
        {
            yield break;
        }

        if (list.GetArrayLength() > MaxItems)
        {
            Fault(ManifestFaultCodes.ListLength, member, $"'{member}' has {list.GetArrayLength()} items; {MaxItems} are allowed.");
            yield break;
        }

        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            yield return (item, $"{PointerTo(member)}/{index++}");
        }
    }

    public void Missing(string member) => Fault(ManifestFaultCodes.MemberMissing, member, $"'{member}' is required. Add it.");

    public void RefuseUnknown()
    {
        foreach (var name in Members.Select(member => member.Name).Distinct(StringComparer.Ordinal))
        {
            if (!_known.Contains(name) && !name.StartsWith("x-", StringComparison.Ordinal))
            {
                Fault(ManifestFaultCodes.MemberUnknown, name, $"{ManifestFaults.Quote(name)} is not a member here. Remove it, correct its spelling, or start its name with 'x-'.");
            }
        }
    }
}
