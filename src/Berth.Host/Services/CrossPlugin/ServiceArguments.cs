using System.Text.Json;
using Berth.Contracts;

namespace Berth.Host.Services.CrossPlugin;

/// <summary>
/// Looks at what a consumer sends before its provider has to: what no proxy writes is the consumer's own fault. Without that, one
/// plugin could have the calls of another fail until its breaker opens for everybody.
/// </summary>
internal static class ServiceArguments
{
    /// <summary>Demands one JSON array of as many values as the operation has parameters, nested no deeper than is read.</summary>
    /// <exception cref="ServiceContractException">It is something else.</exception>
    public static void Demand(ContractOperation operation, ReadOnlySpan<byte> arguments)
    {
        int count;
        try
        {
            count = Count(arguments);
        }
        catch (JsonException exception)
        {
            throw new ServiceContractException($"What was sent to {operation.Key} is no JSON: {exception.Message}");
        }

        if (count != operation.Parameters.Count)
            throw new ServiceContractException($"{operation.Key} takes a JSON array of {operation.Parameters.Count} values, and was sent {(count < 0 ? "something else" : $"{count}")}.");
    }

    private static int Count(ReadOnlySpan<byte> arguments)
    {
        var reader = new Utf8JsonReader(arguments);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            return -1;
        var count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
            reader.Skip();
        // What comes after the end is a fault, too.
        reader.Read();
        return count;
    }
}
