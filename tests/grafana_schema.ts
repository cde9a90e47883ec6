// What our dashboard may hold, in the types of Grafana: those of @grafana/schema, with the options, queries
// and fields of the panels that it uses in place of "any object". update_grafana_schema makes
// grafana_schema.json from this.

import type * as common from '@grafana/schema';
import type * as prometheus from '@grafana/schema/dist/esm/raw/composable/prometheus/dataquery/x/PrometheusDataQuery_types.gen';
import type * as heatmap from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as text from '@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen';
import type * as timeseries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
import type * as trend from '@grafana/schema/dist/esm/raw/composable/trend/panelcfg/x/TrendPanelCfg_types.gen';
import type * as raw from '@grafana/schema/dist/esm/raw/dashboard/x/dashboard_types.gen';

// Without its name: each kind of panel has its Options, and the generator allows one type of a name.
type Plain<Type> = Pick<Type, keyof Type>;

type Query = Omit<prometheus.PrometheusDataQuery, 'datasource'> & { datasource: raw.DataSourceRef };

export type Standard = Omit<raw.FieldConfig, 'custom'>;

interface Fields<Custom> {
  defaults: Standard & { custom?: Custom };
  // The types let an override set a field to anything: the test tries each as a default, too.
  overrides: raw.FieldConfigSource['overrides'];
}

type Panel<Type extends string, Options, Custom> =
  Omit<raw.Panel, 'type' | 'options' | 'fieldConfig' | 'targets'> &
  { type: Type; options: Options; fieldConfig: Fields<Custom>; targets: Query[] };

type TextPanel =
  Omit<raw.Panel, 'type' | 'options' | 'fieldConfig' | 'targets'> & { type: 'text'; options: Plain<text.Options> };

type RowPanel = Omit<raw.RowPanel, 'panels'> & { panels: [] };

// The types leave out what a query of an annotation holds: it depends on the data source.
type Annotation = raw.AnnotationQuery &
  { expr: string; step?: string; titleFormat?: string; textFormat?: string; tagKeys?: string };

export type Dashboard = Omit<raw.Dashboard, 'panels' | 'annotations' | 'snapshot'> & {
  annotations: { list: Annotation[] };
  panels: Array<
    | RowPanel
    | TextPanel
    | Panel<'stat', Plain<stat.Options>, Record<string, never>>
    | Panel<'timeseries', Plain<timeseries.Options>, common.GraphFieldConfig>
    | Panel<'trend', Plain<trend.Options>, common.GraphFieldConfig>
    | Panel<'heatmap', Plain<heatmap.Options>, Plain<heatmap.FieldConfig>>
    | Panel<'table', Plain<table.Options>, common.TableFieldOptions>
  >;
};
