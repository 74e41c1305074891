using System.Reflection;
using Dapper;

namespace Berth.Data.Sessions;

/// <summary>
/// Lets Dapper fill positional records by column name alone. Its own rule also compares types, but SQLite knows a column's
/// type only from a value, so a NULL in the first row would make a record unreadable.
/// </summary>
internal static class RowMap
{
    static RowMap() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    public static void Prepare<T>() => Prepared<T>.Touch();

    private static class Prepared<T>
    {
        static Prepared()
        {
            var type = typeof(T);
            var constructors = type.GetConstructors();
            if (!type.IsPrimitive && type != typeof(string) && Nullable.GetUnderlyingType(type) is null
                && constructors is [var only] && only.GetParameters().Length > 0)
            {
                SqlMapper.SetTypeMap(type, new ConstructorMap(only));
            }
        }

        /// <summary>Runs the static constructor.</summary>
        public static void Touch()
        {
        }
    }

    private sealed class ConstructorMap(ConstructorInfo constructor) : SqlMapper.ITypeMap
    {
        private readonly DefaultTypeMap _members = new(constructor.DeclaringType!);
        private readonly Dictionary<string, ParameterInfo> _parameters =
            constructor.GetParameters().ToDictionary(p => p.Name!, StringComparer.OrdinalIgnoreCase);

        public ConstructorInfo? FindConstructor(string[] names, Type[] types) =>
            names.Length == _parameters.Count && names.All(n => Parameter(n) is not null) ? constructor : null;

        public ConstructorInfo? FindExplicitConstructor() => null;

        public SqlMapper.IMemberMap GetConstructorParameter(ConstructorInfo constructor, string columnName) =>
            new ParameterMap(columnName, Parameter(columnName)!);

        public SqlMapper.IMemberMap? GetMember(string columnName) => _members.GetMember(columnName);

        private ParameterInfo? Parameter(string column) => _parameters.GetValueOrDefault(column.Replace("_", "", StringComparison.Ordinal));
    }

    private sealed record ParameterMap(string ColumnName, ParameterInfo Parameter) : SqlMapper.IMemberMap
    {
        public Type MemberType => Parameter.ParameterType;

        public PropertyInfo? Property => null;

        public FieldInfo? Field => null;
    }
}
