using System.Globalization;
using System.Text.Json;

namespace Berth.Contracts;

/// <summary>The JSON of single values, for generated code. Not for use by hand.</summary>
public static class ContractValue
{
    // Numbers that JSON has no words for, and times, are texts; everything is read back to the very value.
    private const DateTimeStyles Kept = DateTimeStyles.RoundtripKind;

    /// <summary>Writes a value.</summary>
    public static void Write(Utf8JsonWriter json, string? value) => json.WriteStringValue(value);

    /// <inheritdoc cref="Write(Utf8JsonWriter, string)" />
    public static void Write(Utf8JsonWriter json, bool value) => json.WriteBooleanValue(value);

    /// <inheritdoc cref="Write(Utf8JsonWriter, string)" />
    public static void Write(Utf8JsonWriter json, long value) => json.WriteNumberValue(value);

    /// <inheritdoc cref="Write(Utf8JsonWriter, string)" />
    public static void Write(Utf8JsonWriter json, ulong value) => json.WriteNumberValue(value);

    /// <inheritdoc cref="Write(Utf8JsonWriter, string)" />
    public static void Write(Utf8JsonWriter json, decimal value) => json.WriteNumberValue(value);

    /// <inheritdoc cref="Write(Utf8JsonWriter, string)" />
    public static void Write(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    /// <inheritdoc cref="Write(Utf8JsonWriter, string)" />
    public static void Write(Utf8JsonWriter json, char value) => json.WriteNumberValue(value);

    /// <inheritdoc cref="Write(Utf8JsonWriter, string)" />
    public static void Write(Utf8JsonWriter json, Guid value) => json.WriteStringValue(value);

    /// <inheritdoc cref="Write(Utf8JsonWriter, string)" />
    public static void Write(Utf8JsonWriter json, DateTime value) => json.WriteStringValue(value.ToString("O", CultureInfo.InvariantCulture));

    /// <inheritdoc cref="Write(Utf8JsonWriter, string)" />
    public static void Write(Utf8JsonWriter json, DateTimeOffset value) => json.WriteStringValue(value.ToString("O", CultureInfo.InvariantCulture));

    /// <inheritdoc cref="Write(Utf8JsonWriter, string)" />
    public static void Write(Utf8JsonWriter json, DateOnly value) => json.WriteStringValue(value.ToString("O", CultureInfo.InvariantCulture));

    /// <inheritdoc cref="Write(Utf8JsonWriter, string)" />
    public static void Write(Utf8JsonWriter json, TimeOnly value) => json.WriteStringValue(value.ToString("O", CultureInfo.InvariantCulture));

    /// <inheritdoc cref="Write(Utf8JsonWriter, string)" />
    public static void Write(Utf8JsonWriter json, TimeSpan value) => json.WriteStringValue(value.ToString("c", CultureInfo.InvariantCulture));

    /// <inheritdoc cref="Write(Utf8JsonWriter, string)" />
    public static void Write(Utf8JsonWriter json, Uri? value) => json.WriteStringValue(value?.OriginalString);

    /// <inheritdoc cref="Write(Utf8JsonWriter, string)" />
    public static void Write(Utf8JsonWriter json, byte[]? value)
    {
        if (value is null)
            json.WriteNullValue();
        else
            json.WriteBase64StringValue(value);
    }

    /// <summary>Reads a value.</summary>
    public static string? ReadString(JsonElement json) => json.GetString();

    /// <inheritdoc cref="ReadString" />
    public static bool ReadBoolean(JsonElement json) => json.GetBoolean();

    /// <inheritdoc cref="ReadString" />
    public static long ReadInt64(JsonElement json) => json.GetInt64();

    /// <inheritdoc cref="ReadString" />
    public static ulong ReadUInt64(JsonElement json) => json.GetUInt64();

    /// <inheritdoc cref="ReadString" />
    public static decimal ReadDecimal(JsonElement json) => json.GetDecimal();

    /// <inheritdoc cref="ReadString" />
    public static double ReadDouble(JsonElement json) =>
        json.ValueKind == JsonValueKind.String ? double.Parse(json.GetString()!, CultureInfo.InvariantCulture) : json.GetDouble();

    /// <inheritdoc cref="ReadString" />
    public static Guid ReadGuid(JsonElement json) => json.GetGuid();

    /// <inheritdoc cref="ReadString" />
    public static DateTime ReadDateTime(JsonElement json) => DateTime.ParseExact(json.GetString()!, "O", CultureInfo.InvariantCulture, Kept);

    /// <inheritdoc cref="ReadString" />
    public static DateTimeOffset ReadDateTimeOffset(JsonElement json) => DateTimeOffset.ParseExact(json.GetString()!, "O", CultureInfo.InvariantCulture, Kept);

    /// <inheritdoc cref="ReadString" />
    public static DateOnly ReadDateOnly(JsonElement json) => DateOnly.ParseExact(json.GetString()!, "O", CultureInfo.InvariantCulture);

    /// <inheritdoc cref="ReadString" />
    public static TimeOnly ReadTimeOnly(JsonElement json) => TimeOnly.ParseExact(json.GetString()!, "O", CultureInfo.InvariantCulture);

    /// <inheritdoc cref="ReadString" />
    public static TimeSpan ReadTimeSpan(JsonElement json) => TimeSpan.ParseExact(json.GetString()!, "c", CultureInfo.InvariantCulture);

    /// <inheritdoc cref="ReadString" />
    public static Uri? ReadUri(JsonElement json) => json.GetString() is { } text ? new Uri(text, UriKind.RelativeOrAbsolute) : null;

    /// <inheritdoc cref="ReadString" />
    public static byte[]? ReadBytes(JsonElement json) => json.ValueKind == JsonValueKind.Null ? null : json.GetBytesFromBase64();

    /// <summary>A member that must be there.</summary>
    /// <exception cref="ServiceContractException">It is not.</exception>
    public static JsonElement Required(JsonElement json, string name, string type) =>
        json.TryGetProperty(name, out var value) ? value : throw new ServiceContractException($"'{name}' of {type} is missing. Compile both sides against contracts that fit.");

    /// <summary>The fault of an operation that the contract does not have.</summary>
    public static ServiceContractException Unknown(string operation) => new($"The contract has no operation '{operation}'.");
}
