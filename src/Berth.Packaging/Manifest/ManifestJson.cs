using System.Text.Json;

namespace Berth.Packaging.Manifest;

/// <summary>
/// What must hold of the JSON itself before anybody looks at its members: JSON, Unicode, not too deep, no member twice.
/// A parser that keeps the first of two members and one that keeps the last read two manifests.
/// </summary>
internal static class ManifestJson
{
    public const int MaxDepth = 32;

    /// <summary>Reports every fault. Returns whether the members can be looked at: it is JSON, and every text in it is Unicode.</summary>
    public static bool Check(ReadOnlySpan<byte> utf8, ManifestFaults faults)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });
        var levels = new Stack<Level>();
        try
        {
            while (reader.Read())
            {
                if (levels.Count == MaxDepth && reader.TokenType is (JsonTokenType.StartObject or JsonTokenType.StartArray))
                {
                    faults.Add(ManifestFaultCodes.Depth, Pointer(levels), $"The manifest is nested more than {MaxDepth} levels deep. Flatten it.");
                    return false;
                }

                Visit(ref reader, levels, faults);
            }

            return !faults.Has(ManifestFaultCodes.Unicode);
        }
        catch (JsonException exception)
        {
            var place = $"line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}";
            faults.Add(ManifestFaultCodes.Json, "", $"The manifest is not JSON: {place}. Comments, trailing commas and a byte order mark are not allowed.");
            return false;
        }
    }

    private static void Visit(ref Utf8JsonReader reader, Stack<Level> levels, ManifestFaults faults)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                var level = levels.Peek();
                level.Member = null;
                var name = Text(ref reader, levels, faults);
                level.Member = name ?? "";
                if (name is not null && !level.Names!.Add(name))
                {
                    faults.Add(ManifestFaultCodes.MemberDuplicate, Pointer(levels), $"The member {ManifestFaults.Quote(name)} occurs twice. Keep one.");
                }

                break;
            case JsonTokenType.StartObject:
            case JsonTokenType.StartArray:
                Next(levels);
                levels.Push(new Level(reader.TokenType == JsonTokenType.StartObject));
                break;
            case JsonTokenType.EndObject:
            case JsonTokenType.EndArray:
                levels.Pop();
                break;
            case JsonTokenType.String:
                Next(levels);
                Text(ref reader, levels, faults);
                break;
            default:
                Next(levels);
                break;
        }
    }

    private static void Next(Stack<Level> levels)
    {
        if (levels.TryPeek(out var level) && level.Names is null)
        {
            level.Index++;
        }
    }

    // GetString refuses invalid UTF-8 and lone surrogates, which the reader itself lets through.
    private static string? Text(ref Utf8JsonReader reader, Stack<Level> levels, ManifestFaults faults)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            faults.Add(ManifestFaultCodes.Unicode, Pointer(levels), "The text is not valid Unicode. Save the manifest as UTF-8, and write surrogates in pairs.");
            return null;
        }
    }

    private static string Pointer(Stack<Level> levels) =>
        levels.Reverse().Aggregate("", (pointer, level) => level switch
        {
            { Names: not null, Member: null } or { Names: null, Index: < 0 } => pointer,
            { Names: not null } => JsonPointer.Append(pointer, level.Member),
            _ => $"{pointer}/{level.Index}",
        });

    private sealed class Level(bool isObject)
    {
        public HashSet<string>? Names { get; } = isObject ? new(StringComparer.Ordinal) : null;

        public string? Member { get; set; }

        public int Index { get; set; } = -1;
    }
}
