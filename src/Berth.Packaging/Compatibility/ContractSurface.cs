using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Berth.Packaging.Compatibility;

/// <summary>What an assembly shows to the outside: its public types with their public and protected members.</summary>
/// <param name="Types">By full name.</param>
internal sealed record ContractSurface(IReadOnlyDictionary<string, ContractType> Types)
{
    /// <summary>Reads the metadata; <see langword="null"/> for bytes that are no assembly.</summary>
    public static ContractSurface? TryRead(byte[] assembly)
    {
        try
        {
            using var file = new PEReader(new MemoryStream(assembly, writable: false));
            if (!file.HasMetadata)
                return null;
            var reader = file.GetMetadataReader();
            var types = new Dictionary<string, ContractType>(StringComparer.Ordinal);
            foreach (var handle in reader.TypeDefinitions)
            {
                if (IsVisible(reader, handle))
                {
                    var type = new ContractTypeReader(reader, handle).Read();
                    types.TryAdd(type.Name, type);
                }
            }

            return new ContractSurface(types);
        }
        // A hand-made file may lie about its tables in ways that the reader meets late.
        catch (Exception exception) when (exception is BadImageFormatException or InvalidDataException or ArgumentException or InvalidOperationException or OverflowException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static bool IsVisible(MetadataReader reader, TypeDefinitionHandle handle)
    {
        // A nested type in a circle of its own makes would never end; metadata rows are finite, so count them.
        for (var depth = 0; depth < 100; depth++)
        {
            var type = reader.GetTypeDefinition(handle);
            switch (type.Attributes & TypeAttributes.VisibilityMask)
            {
                case TypeAttributes.Public:
                    return true;
                case TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem:
                    handle = type.GetDeclaringType();
                    break;
                default:
                    return false;
            }
        }

        return false;
    }
}

/// <summary>A type as others see it.</summary>
/// <param name="Name">With namespace and the types around it.</param>
/// <param name="Kind"><c>class</c>, <c>struct</c>, <c>interface</c>, <c>enum</c>, <c>delegate</c>.</param>
/// <param name="IsSealed">Nobody can derive from it.</param>
/// <param name="IsAbstract">Nobody can make one.</param>
/// <param name="CanBeDerived">Whether somebody outside can: it is open and has a constructor for them.</param>
/// <param name="Base">Its base type.</param>
/// <param name="Constraints">Of its type parameters.</param>
/// <param name="Interfaces">Those it implements.</param>
/// <param name="Members">By what calls them: kind, name and parameter types.</param>
internal sealed record ContractType(
    string Name, string Kind, bool IsSealed, bool IsAbstract, bool CanBeDerived, string Base, string Constraints,
    IReadOnlySet<string> Interfaces, IReadOnlyDictionary<string, ContractMember> Members);

/// <summary>A member as others see it.</summary>
/// <param name="Shown">For people.</param>
/// <param name="Result">Its type, with constraints of its type parameters.</param>
/// <param name="IsPublic">Otherwise it is for derived types.</param>
/// <param name="IsStatic">Whether it needs no object.</param>
/// <param name="IsAbstract">Whether derived types have to supply it.</param>
/// <param name="IsVirtual">Whether derived types may replace it.</param>
/// <param name="IsReadOnly">A field that cannot be written.</param>
/// <param name="Constant">The value that compilers copy into callers.</param>
internal sealed record ContractMember(
    string Shown, string Result, bool IsPublic, bool IsStatic, bool IsAbstract, bool IsVirtual, bool IsReadOnly, string? Constant);
