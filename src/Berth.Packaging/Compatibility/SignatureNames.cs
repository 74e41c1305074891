using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;

namespace Berth.Packaging.Compatibility;

/// <summary>Types of signatures as text. The assembly that a type comes from is left out: types move between assemblies without breaking anybody.</summary>
internal sealed class SignatureNames : ISignatureTypeProvider<string, object?>
{
    private const int MostNested = 100;

    public static string Of(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var names = new Stack<string>();
        for (var depth = 0; depth < MostNested; depth++)
        {
            var type = reader.GetTypeDefinition(handle);
            names.Push(reader.GetString(type.Name));
            if (!type.IsNested)
            {
                var space = reader.GetString(type.Namespace);
                return (space.Length == 0 ? "" : space + ".") + string.Join('+', names);
            }

            handle = type.GetDeclaringType();
        }

        throw new InvalidDataException("Types lie within each other without end.");
    }

    public static string OfEntity(MetadataReader reader, EntityHandle handle) => handle.Kind switch
    {
        HandleKind.TypeDefinition => Of(reader, (TypeDefinitionHandle)handle),
        HandleKind.TypeReference => Of(reader, (TypeReferenceHandle)handle),
        HandleKind.TypeSpecification => reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(new SignatureNames(), null),
        _ => throw new InvalidDataException($"A {handle.Kind} is no type."),
    };

    /// <summary>What type parameters demand; empty when nothing.</summary>
    public static string Constraints(MetadataReader reader, GenericParameterHandleCollection parameters)
    {
        var texts = new List<string>();
        foreach (var parameter in parameters.Select(reader.GetGenericParameter))
        {
            var demands = new List<string>();
            if ((parameter.Attributes & GenericParameterAttributes.SpecialConstraintMask) is not GenericParameterAttributes.None and var special)
                demands.Add(special.ToString());
            if ((parameter.Attributes & GenericParameterAttributes.VarianceMask) is not GenericParameterAttributes.None and var variance)
                demands.Add(variance.ToString());
            demands.AddRange(parameter.GetConstraints().Select(constraint => OfEntity(reader, reader.GetGenericParameterConstraint(constraint).Type)).Order(StringComparer.Ordinal));
            if (demands.Count > 0)
                texts.Add($"{parameter.Index}: {string.Join(", ", demands)}");
        }

        return texts.Count == 0 ? "" : $" where {string.Join("; ", texts)}";
    }

    public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{new string(',', shape.Rank - 1)}]";

    public string GetByReferenceType(string elementType) => elementType + "&";

    public string GetFunctionPointerType(MethodSignature<string> signature) => $"method({string.Join(", ", signature.ParameterTypes)}): {signature.ReturnType}";

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => $"{genericType}<{string.Join(", ", typeArguments)}>";

    public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";

    public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";

    // A required modifier is part of the signature: an init accessor is no set accessor.
    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => isRequired ? $"{unmodifiedType} modreq({modifier})" : unmodifiedType;

    public string GetPinnedType(string elementType) => elementType;

    public string GetPointerType(string elementType) => elementType + "*";

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

    public string GetSZArrayType(string elementType) => elementType + "[]";

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Of(reader, handle);

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Of(reader, handle);

    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    private static string Of(MetadataReader reader, TypeReferenceHandle handle)
    {
        var names = new Stack<string>();
        for (var depth = 0; depth < MostNested; depth++)
        {
            var type = reader.GetTypeReference(handle);
            names.Push(reader.GetString(type.Name));
            if (type.ResolutionScope.Kind != HandleKind.TypeReference)
            {
                var space = reader.GetString(type.Namespace);
                return (space.Length == 0 ? "" : space + ".") + string.Join('+', names);
            }

            handle = (TypeReferenceHandle)type.ResolutionScope;
        }

        throw new InvalidDataException("Types lie within each other without end.");
    }
}
