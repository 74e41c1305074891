using System.Buffers;
using System.Text.Json;

namespace Berth.Contracts;

/// <summary>Writes values as JSON for generated code. Not for use by hand.</summary>
public sealed class ContractWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    /// <summary>Creates an empty one.</summary>
    public ContractWriter() => Json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });

    /// <summary>Where the values go.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> ToMemory()
    {
        Json.Flush();
        return _buffer.WrittenMemory;
    }

    /// <inheritdoc />
    public void Dispose() => Json.Dispose();
}
