using System.Collections;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Text;
using Berth.Host.Isolation.InProcess.Scrubs;

namespace Berth.Host.Isolation.InProcess;

/// <summary>
/// Walks from static fields of the framework that are known to hold what others register, and names those from which something
/// of a load context is reached. Bounded in depth and number: a search for the usual suspects, not a heap dump.
/// </summary>
internal static class StaticRoots
{
    private const int Deepest = 7;
    private const int Most = 20_000;
    private const BindingFlags Statics = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Type[] Holders =
    [
        typeof(ActivitySource), typeof(MeterListener), typeof(Meter), typeof(EventListener), typeof(DiagnosticListener), typeof(PosixSignalRegistration),
        typeof(EncodingProvider), typeof(Console), typeof(AppContext), .. Named("System.Diagnostics.TraceInternal", typeof(TraceListener)),
    ];

    public static IEnumerable<string> Find(AssemblyLoadContext context)
    {
        foreach (var holder in Holders)
        {
            foreach (var field in holder.GetFields(Statics).Where(field => !field.FieldType.IsPrimitive && !field.IsLiteral && !typeof(Delegate).IsAssignableFrom(field.FieldType)))
            {
                if (field.GetValue(null) is { } value && Reach(value, context) is { } found)
                    yield return $"{holder.Name}.{field.Name.TrimStart('_')}, which holds {found}";
            }
        }
    }

    private static IEnumerable<Type> Named(string name, Type beside) => beside.Assembly.GetType(name) is { } type ? [type] : [];

    private static string? Reach(object root, AssemblyLoadContext context)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance) { root };
        var waiting = new Queue<(object Value, int Depth)>([(root, 0)]);
        while (waiting.TryDequeue(out var next))
        {
            if (Describe(next.Value, context) is { } found)
                return found;
            if (next.Depth == Deepest)
                continue;
            foreach (var inner in Inside(next.Value))
            {
                if (seen.Count < Most && seen.Add(inner))
                    waiting.Enqueue((inner, next.Depth + 1));
            }
        }

        return null;
    }

    private static string? Describe(object value, AssemblyLoadContext context)
    {
        if (value is Delegate handler && AssemblyLoadContext.GetLoadContext(handler.Method.Module.Assembly) == context)
            return $"{handler.Method.DeclaringType?.FullName}.{handler.Method.Name}";
        return TypeKeys.IsOf(value.GetType(), context) ? $"an object of {value.GetType().FullName}" : null;
    }

    private static IEnumerable<object> Inside(object value)
    {
        // What it holds in other ways is not the framework's list any more.
        if (value is string or Type or Assembly or MemberInfo or AssemblyLoadContext or Thread or Pointer)
            yield break;
        if (value is Array { Length: > 0 } array && !value.GetType().GetElementType()!.IsPrimitive)
        {
            foreach (var item in ((IEnumerable)array).OfType<object>())
                yield return item;
        }

        for (var type = value.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (var field in type.GetFields(Members))
            {
                if (!field.FieldType.IsPrimitive && !field.FieldType.IsPointer && !field.FieldType.IsByRefLike && !field.FieldType.IsEnum && field.GetValue(value) is { } inner)
                    yield return inner;
            }
        }
    }
}
