using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Berth.Packaging.Scanning.Il;

/// <summary>Full names of the types in signatures; of a constructed type the name of what it is constructed from.</summary>
internal sealed class TypeNames : ISignatureTypeProvider<TypeName, object?>
{
    private const int MaxNesting = 64;

    public static TypeNames Instance { get; } = new();

    public static string Of(MetadataReader reader, EntityHandle type) => type.Kind switch
    {
        HandleKind.TypeReference => OfReference(reader, (TypeReferenceHandle)type),
        HandleKind.TypeDefinition => OfDefinition(reader, (TypeDefinitionHandle)type),
        HandleKind.TypeSpecification => reader.GetTypeSpecification((TypeSpecificationHandle)type).DecodeSignature(Instance, null).Name,
        _ => "?",
    };

    public TypeName GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => new(OfReference(reader, handle));

    public TypeName GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => new(OfDefinition(reader, handle));

    public TypeName GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) => new("?");

    public TypeName GetPrimitiveType(PrimitiveTypeCode typeCode) => new("System." + typeCode);

    public TypeName GetGenericInstantiation(TypeName genericType, ImmutableArray<TypeName> typeArguments) => new(genericType.Name, typeArguments.Any(argument => argument.HasPointer));

    public TypeName GetPointerType(TypeName elementType) => new(elementType.Name + "*", HasPointer: true);

    public TypeName GetFunctionPointerType(MethodSignature<TypeName> signature) => new("method*", HasPointer: true);

    public TypeName GetArrayType(TypeName elementType, ArrayShape shape) => new(elementType.Name + "[]", elementType.HasPointer);

    public TypeName GetSZArrayType(TypeName elementType) => new(elementType.Name + "[]", elementType.HasPointer);

    public TypeName GetByReferenceType(TypeName elementType) => elementType;

    public TypeName GetPinnedType(TypeName elementType) => elementType;

    public TypeName GetModifiedType(TypeName modifier, TypeName unmodifiedType, bool isRequired) => unmodifiedType;

    public TypeName GetGenericMethodParameter(object? genericContext, int index) => new("!!" + index);

    public TypeName GetGenericTypeParameter(object? genericContext, int index) => new("!" + index);

    private static string OfReference(MetadataReader reader, TypeReferenceHandle handle)
    {
        var reference = reader.GetTypeReference(handle);
        var name = Joined(reader, reference.Namespace, reference.Name);
        // A row may name itself as its own scope: nesting is bounded, not trusted.
        for (var depth = 0; depth < MaxNesting && reference.ResolutionScope.Kind == HandleKind.TypeReference; depth++)
        {
            reference = reader.GetTypeReference((TypeReferenceHandle)reference.ResolutionScope);
            name = Joined(reader, reference.Namespace, reference.Name) + "+" + name;
        }

        return name;
    }

    private static string OfDefinition(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var definition = reader.GetTypeDefinition(handle);
        var name = Joined(reader, definition.Namespace, definition.Name);
        for (var depth = 0; depth < MaxNesting && !definition.GetDeclaringType().IsNil; depth++)
        {
            definition = reader.GetTypeDefinition(definition.GetDeclaringType());
            name = Joined(reader, definition.Namespace, definition.Name) + "+" + name;
        }

        return name;
    }

    private static string Joined(MetadataReader reader, StringHandle space, StringHandle name) =>
        space.IsNil ? reader.GetString(name) : reader.GetString(space) + "." + reader.GetString(name);
}

/// <summary>A type in a signature.</summary>
internal readonly record struct TypeName(string Name, bool HasPointer = false);
