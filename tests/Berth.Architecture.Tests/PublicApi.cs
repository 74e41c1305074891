using System.Reflection;
using System.Text;

namespace Berth.Architecture.Tests;

/// <summary>Writes the public surface of an assembly as text: one line a member, sorted.</summary>
internal static class PublicApi
{
    public static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(Name(type));
            var bases = type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []).Where(face => face.IsPublic).Select(Name).Order(StringComparer.Ordinal).ToList();
            if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
                bases.Insert(0, Name(parent));
            text.AppendLine(bases.Count == 0 ? "" : " : " + string.Join(", ", bases));
            foreach (var line in Members(type).Order(StringComparer.Ordinal))
                text.Append("    ").AppendLine(line);
        }

        return text.ToString();
    }

    private static IEnumerable<string> Members(Type type)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var member in type.GetMembers(Declared))
        {
            switch (member)
            {
                case FieldInfo { IsPublic: true, IsSpecialName: false } field:
                    yield return $"{(field.IsLiteral ? "const " : "")}{Name(field.FieldType)} {field.Name}{(field.IsLiteral ? $" = {field.GetRawConstantValue()}" : "")}";
                    break;
                case ConstructorInfo { IsPublic: true } constructor:
                    yield return $"new({Parameters(constructor)})";
                    break;
                case MethodInfo { IsSpecialName: false } method when IsVisible(method) && !method.Name.Contains('<', StringComparison.Ordinal):
                    yield return $"{Modifiers(method)}{Name(method.ReturnType)} {method.Name}{Generics(method)}({Parameters(method)})";
                    break;
                case PropertyInfo property when property.GetMethod is { } getter && IsVisible(getter):
                    yield return $"{Modifiers(getter)}{Name(property.PropertyType)} {property.Name} {{ get; {(property.SetMethod is { } setter && IsVisible(setter) ? "set; " : "")}}}";
                    break;
            }
        }
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Modifiers(MethodInfo method) =>
        (method.IsStatic ? "static " : "") + (method is { IsAbstract: true } ? "abstract " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "");

    private static string Generics(MethodInfo method) =>
        method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(parameter => $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? " = " + (parameter.DefaultValue ?? "default") : "")}"));

    private static string Kind(Type type) =>
        type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? "struct" : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsAbstract ? "abstract class" : "class";

    private static string Name(Type type)
    {
        if (type.IsGenericParameter)
            return type.Name;
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        if (!type.IsGenericType)
            return type.FullName ?? type.Name;
        var name = type.GetGenericTypeDefinition().FullName!;
        return $"{name[..name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
