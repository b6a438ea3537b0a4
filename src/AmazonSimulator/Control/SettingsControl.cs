using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AmazonSimulator;

/// <summary><c>/simulator/settings</c>: all are shown, those named are changed, all of them or none.</summary>
internal static class SettingsControl
{
    private static readonly Dictionary<string, PropertyInfo> Known =
        typeof(SimulatorSettings).GetProperties().ToDictionary(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));

    public static IEnumerable<(string Name, string Description)> All =>
        Known.Select(setting => (setting.Key, setting.Value.GetCustomAttribute<DescriptionAttribute>()!.Description));

    public static void MapSettings(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/settings", Show);
        routes.MapMethods("/settings", ["POST", "PUT"], (HttpRequest request, Simulator simulator) =>
            ControlJson.WithBodyAsync<Dictionary<string, JsonElement>>(request, changes => Change(changes, simulator)));
    }

    private static JsonHttpResult<SimulatorSettings> Show(Simulator simulator) => ControlJson.Ok(simulator.Settings);

    private static IResult Change(Dictionary<string, JsonElement> changes, Simulator simulator)
    {
        var changed = new SimulatorSettings();
        changed.CopyFrom(simulator.Settings);
        foreach (var (name, value) in changes)
        {
            if (!Known.TryGetValue(name, out var property))
            {
                return ControlJson.Problem($"There is no setting '{name}'. Settings: {string.Join(", ", Known.Keys)}.");
            }

            try
            {
                property.SetValue(changed, value.Deserialize(property.PropertyType, ControlJson.Options));
            }
            catch (JsonException wrong)
            {
                var values = property.PropertyType.IsEnum ? $" Values: {string.Join(", ", Enum.GetNames(property.PropertyType))}." : "";
                return ControlJson.Problem($"'{name}': {wrong.Message}{values}");
            }
        }

        if (SettingsRule.ProblemsOf(changed).ToList() is { Count: > 0 } problems)
        {
            return ControlJson.Problem(string.Join(' ', problems));
        }

        simulator.Settings.CopyFrom(changed);
        return Show(simulator);
    }
}
