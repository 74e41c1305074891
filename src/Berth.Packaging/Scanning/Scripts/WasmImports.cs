using System.Text;

namespace Berth.Packaging.Scanning.Scripts;

/// <summary>
/// The imports of a WebAssembly module: whatever a program can do beyond computing comes through them
/// (https://webassembly.github.io/spec/core/binary/modules.html).
/// </summary>
internal ref struct WasmImports
{
    private const int ImportSection = 2;
    private ReadOnlySpan<byte> _rest;

    private WasmImports(ReadOnlySpan<byte> bytes) => _rest = bytes;

    /// <summary>All imports as <c>module.name</c>; <see langword="null"/>: this is no module of version 1.</summary>
    public static IReadOnlyList<string>? Read(ReadOnlySpan<byte> bytes, ScanTask task)
    {
        if (!bytes.StartsWith("\0asm\u0001\0\0\0"u8))
            return null;
        try
        {
            var reader = new WasmImports(bytes[8..]);
            while (!reader._rest.IsEmpty)
            {
                task.Step();
                var section = reader.Take(1)[0];
                var content = reader.Take(reader.Number());
                if (section == ImportSection)
                    return new WasmImports(content).Imports(task);
            }

            return [];
        }
        catch (Exception exception) when (exception is ArgumentOutOfRangeException or InvalidDataException)
        {
            return null;
        }
    }

    private List<string> Imports(ScanTask task)
    {
        var imports = new List<string>();
        for (var left = Number(); left > 0; left--)
        {
            task.Step();
            imports.Add($"{Name()}.{Name()}");
            Describe(Take(1)[0]);
        }

        return imports;
    }

    private string Name() => Encoding.UTF8.GetString(Take(Number()));

    private void Describe(byte kind)
    {
        switch (kind)
        {
            case 0:
                Number();
                break;
            case 1:
                Take(1);
                Limits();
                break;
            case 2:
                Limits();
                break;
            case 3:
                Take(2);
                break;
            default:
                throw new InvalidDataException("An import is of no known kind.");
        }
    }

    private void Limits()
    {
        var hasMaximum = (Take(1)[0] & 1) != 0;
        Number();
        if (hasMaximum)
            Number();
    }

    // LEB128; what does not fit into an int is no length of anything in a file.
    private int Number()
    {
        long value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var part = Take(1)[0];
            value |= (long)(part & 0x7F) << shift;
            if ((part & 0x80) == 0)
                return value <= int.MaxValue ? (int)value : throw new InvalidDataException("A length is too large.");
        }

        throw new InvalidDataException("A length is too large.");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
