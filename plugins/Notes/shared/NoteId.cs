namespace Notes;

/// <summary>Ids of notes: UUIDs of version 7 as 32 lower-case hexadecimal digits, so that their order is that of creation.</summary>
public static class NoteId
{
    public static string New(DateTimeOffset created) => Guid.CreateVersion7(created).ToString("N");

    /// <summary>Whether a path segment can be an id at all. What cannot never becomes part of a key.</summary>
    public static bool IsValid(string id) => id.Length == 32 && id.All(char.IsAsciiHexDigitLower);
}
